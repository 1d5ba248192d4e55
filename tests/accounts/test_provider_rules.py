"""The rules by which spellings of an address are one, as staff edit them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import AuditEntry, User
from petitions import services
from petitions.models import Signature
from privacy import addresses
from privacy.addresses import canonical
from privacy.models import ProviderRule
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/privacy/providerrule/"


@pytest.fixture(autouse=True)
def _read_anew(db):
    first = import_module("privacy.migrations.0003_manage_provider_rules")
    first.write_rules(apps, None)  # a test before may have emptied every table
    addresses.forget()
    yield
    addresses.forget()


@pytest.fixture
def desk(client):
    client.force_login(make_user("moderator"))
    return client


def test_a_new_database_begins_with_the_rules_that_were_code():
    assert canonical("K.im+x@googlemail.com") == "kim@gmail.com"
    assert canonical("k.im-x@yahoo.com") == "k.im@yahoo.com"
    assert canonical("K.im+x@people.example") == "k.im+x@people.example"


def test_the_table_is_read_once_a_minute(django_assert_num_queries):
    canonical("a@people.example")
    with django_assert_num_queries(0):
        canonical("b@gmail.com")


def test_a_new_rule_explains_itself_holds_from_then_on_and_leaves_a_line(desk, django_capture_on_commit_callbacks):
    staff = User.objects.create_user("Ha.neul+desk@mail.example", "correct horse battery", name="Kim")
    petition, now = make_petition(), timezone.now()
    services.sign_petition(petition, name="Kim", email="k.im@mail.example", language="en", now=now)
    said = {"domain": "mail.example", "canonical": "Mail.Example", "ignores_dots": "on", "tag_separator": "+"}
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"{LIST}add/", said).status_code == 302
    rule = ProviderRule.objects.get(domain="mail.example")
    page = desk.get(f"{LIST}{rule.pk}/change/").content.decode()
    assert "K.im+x@mail.example becomes kim@mail.example" in page
    assert "from then on" in page
    assert AuditEntry.objects.filter(act="privacy.add_providerrule", object_id=rule.pk).exists()
    for email in ("ki.m@mail.example", "kim+a@mail.example"):
        services.sign_petition(petition, name="Kim", email=email, language="en", now=now)
    assert Signature.objects.count() == 2  # the earlier one keeps its spelling
    assert User.objects.get_by_natural_key("haneul@mail.example") == staff


@pytest.mark.parametrize(
    "wrong", [{"domain": "mail"}, {"domain": "a b.example"}, {"canonical": "@x.example"}, {"tag_separator": "a"}]
)
def test_what_is_no_rule_is_refused_beside_the_field(desk, wrong):
    said = {"domain": "mail.example", "canonical": "mail.example", "tag_separator": "+"}
    answer = desk.post(f"{LIST}add/", said | wrong)
    assert "errorlist" in answer.content.decode()
    assert not ProviderRule.objects.filter(canonical="mail.example").exists()
    assert desk.post(f"{LIST}add/", said).status_code == 302
