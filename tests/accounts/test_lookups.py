"""What the address of a list at the desk may ask."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.conftest import only_long

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root@coalition.example", "correct horse battery", name="Root"))
    return client


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("accounts_user", "password__startswith=argon2"),
        ("accounts_user", "password=x"),
        ("accounts_user", "email_fingerprint=1"),
        ("accounts_user", "groups__permissions__codename=x"),
        ("petitions_signature", "address_fingerprint=1"),
        ("petitions_signature", "nonce__gt=1"),
        ("accounts_auditentry", "by__password__startswith=a"),
    ],
)
def test_a_list_answers_only_its_own_filters(desk, model, query):
    assert desk.get(reverse(f"admin:{model}_changelist") + f"?{query}").status_code == 400


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("accounts_user", "is_staff__exact=1"),
        ("accounts_user", "groups__id__exact=1"),
        ("accounts_auditentry", "first_day=2026-01-01&last_day=2026-01-31"),
        ("accounts_auditentry", "object_type=&object_id=1"),
        ("accounts_auditentry", "act=petitions.publish_petition"),
        ("campaigns_delegate", "organization__state__exact=member"),
        ("letters_release", "state__exact=requested"),
        ("letters_letter", "progress=trouble"),
        ("outbox_email", "waiting=late"),
        ("outbox_email", "state__exact=failed"),
        ("petitions_signature", "petition=1"),
        ("statements_invitation", "answer=waiting&statement=1"),
    ],
)
def test_its_own_filters_work(desk, model, query):
    assert desk.get(reverse(f"admin:{model}_changelist") + f"?{query}").status_code == 200


@only_long
def test_every_filter_offered_at_the_desk_is_answered(desk):
    """The links that each list draws beside itself lead somewhere."""
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        response = desk.get(url)
        changelist = (response.context or {}).get("cl") if response.status_code == 200 else None
        for spec in changelist.filter_specs if changelist else []:
            for choice in list(spec.choices(changelist))[:4]:  # of a hundred countries, four say as much
                assert desk.get(url + choice["query_string"]).status_code == 200, choice
