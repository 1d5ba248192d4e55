"""A thief of the table of sessions has nothing to sign in with, and nothing to read."""

import base64
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.session_store import SessionStore, row_key
from tests.factories import make_delegate

pytestmark = pytest.mark.django_db
HOME = reverse("statements:delegate-home")


@pytest.fixture
def signed_in():
    client = Client()
    client.force_login(make_delegate().user)
    return client


def cookie(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_the_site_keeps_sessions_so():
    assert import_module(settings.SESSION_ENGINE).SessionStore is SessionStore


def test_the_row_does_not_hold_what_the_cookie_does(signed_in):
    assert signed_in.get(HOME).status_code == 200
    row = Session.objects.get()
    assert row.session_key == row_key(cookie(signed_in)) != cookie(signed_in)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
    assert thief.get(HOME).status_code == 302


def test_what_is_in_it_is_sealed():
    store = SessionStore()
    store["planted"] = "Han Seo-yun"
    store.save()
    row = Session.objects.get()
    for shown in (row.session_data.encode(), base64.b64decode(row.session_data)):
        assert b"planted" not in shown
        assert b"Seo-yun" not in shown
    assert SessionStore(store.session_key)["planted"] == "Han Seo-yun"


def test_without_its_key_a_session_is_empty_and_nobody_is_in(signed_in, settings):
    kept, settings.PII_KEYS = settings.PII_KEYS, [base64.urlsafe_b64encode(bytes(32)).decode()]
    assert signed_in.get(HOME).status_code == 302
    settings.PII_KEYS = kept


def test_a_row_that_somebody_wrote_is_an_empty_session():
    store = SessionStore()
    store["planted"] = 1
    store.save()
    for data in ("", "nonsense", "e30:1x:abc", base64.b64encode(b"x" * 60).decode()):
        Session.objects.update(session_data=data)
        assert dict(SessionStore(store.session_key).items()) == {}


def test_a_session_is_found_changed_moved_and_ended_under_its_own_key():
    store = SessionStore()
    store["step"] = 1
    store.save()
    again = SessionStore(store.session_key)
    assert again["step"] == 1
    again["step"] = 2
    again.save()
    assert Session.objects.count() == 1
    old = again.session_key
    again.cycle_key()
    assert again.session_key != old
    assert not SessionStore().exists(old)
    assert SessionStore(again.session_key)["step"] == 2
    assert Session.objects.count() == 1
    again.flush()
    assert not Session.objects.exists()
