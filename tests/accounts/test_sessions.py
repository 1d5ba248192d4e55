"""Eight hours at most; over with a new password, with deactivation, and when somebody says so."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, KnownDevice, User
from accounts.sessions import LIFETIME
from tests.accounts.places import ACCOUNT, LOGIN, NEW_PASSWORD, OWN_PASSWORD, PASSWORD, SIGN_OUT_EVERYWHERE
from tests.desk import places
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_a_session_ends_eight_hours_after_signing_in_whatever_is_done_meanwhile(editor, app, come_in, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    client = come_in(editor, app)
    assert timedelta(hours=8) == LIFETIME
    for hours in (3, 6, 7.9):
        time_machine.move_to(start + timedelta(hours=hours), tick=False)
        assert client.post(ACCOUNT, {"language": "en", "time_zone": "Europe/Paris"}).status_code == 302
    assert Session.objects.get().expire_date <= start + LIFETIME
    time_machine.move_to(start + LIFETIME + timedelta(seconds=1), tick=False)
    assert not is_in(client)


def test_one_changes_ones_own_password_and_is_out_everywhere_else(editor, come_in, mailoutbox):
    here, elsewhere = come_in(editor), come_in(editor)
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    wrong = here.post(OWN_PASSWORD, {"old_password": "not this", **new})
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.content.decode()
    assert is_in(elsewhere)
    assert here.post(OWN_PASSWORD, {"old_password": PASSWORD, **new})["Location"] == ACCOUNT
    assert is_in(here)
    assert not is_in(elsewhere)
    assert "Your password was changed." in mailoutbox[-1].body
    assert AuditEntry.objects.get(act="accounts.set_password").by == editor


def test_signing_out_everywhere_leaves_this_browser(editor, come_in):
    here, elsewhere = come_in(editor), come_in(editor)
    assert KnownDevice.objects.count() == 2
    here.post(SIGN_OUT_EVERYWHERE)
    assert is_in(here)
    assert not is_in(elsewhere)
    assert KnownDevice.objects.count() == 1
    assert AuditEntry.objects.get(act="accounts.end_sessions").by == editor


def test_an_administrator_ends_the_sessions_of_somebody_else(editor, come_in):
    inside, admin = come_in(editor), come_in(make_user("administrator"))
    admin.post(places.step(editor, "end_sessions"))
    assert not is_in(inside)
    assert is_in(come_in(editor))  # who may sign in again


@pytest.fixture
def form(editor):
    return {
        "email": editor.email, "name": "Han Seo-yun", "language": "en", "time_zone": "Asia/Seoul", "is_staff": "on",
        "is_active": "on", "groups": [Group.objects.get(name="editor").pk],
    }  # fmt: skip


@pytest.mark.parametrize("taken", ["is_active", "is_staff"])
def test_who_is_deactivated_is_out_with_the_next_click_and_nothing_is_done(editor, form, come_in, taken):
    inside, admin = come_in(editor), come_in(make_user("administrator"))
    petition = make_petition(author=editor, state="draft")
    step = places.step(petition, "submit")
    assert is_in(inside)
    admin.post(places.page(editor), {name: value for name, value in form.items() if name != taken})
    answer = inside.post(step, follow=True)
    assert answer.request["PATH_INFO"] == LOGIN
    assert "Nothing was done: you are not signed in any more, or your access has ended." in answer.content.decode()
    petition.refresh_from_db()
    assert petition.state == "draft"
    admin.post(places.page(editor), form)
    assert not is_in(inside)  # coming back takes signing in again
    assert is_in(come_in(User.objects.get(pk=editor.pk)))


def test_a_role_taken_while_a_page_is_open_ends_with_the_next_click(editor, form, come_in):
    inside, admin = come_in(editor), come_in(make_user("administrator"))
    petition = make_petition(author=editor, state="draft")
    assert inside.get(places.page(petition)).status_code == 200
    admin.post(places.page(editor), form | {"groups": [Group.objects.get(name="press").pk]})
    answer = inside.post(places.step(petition, "submit"), follow=True)
    assert "Your role does not include" in answer.content.decode()  # press may still look
    admin.post(places.page(editor), form | {"groups": []})
    answer = inside.post(places.step(petition, "submit"))
    assert answer.status_code == 403
    assert "This page is not open to you" in answer.content.decode()
    petition.refresh_from_db()
    assert petition.state == "draft"


def test_one_sets_ones_own_language_and_clock(editor, come_in):
    client = come_in(editor)
    assert client.post(ACCOUNT, {"language": "xx", "time_zone": "Mars/Base"}).status_code == 422
    client.post(ACCOUNT, {"language": "ko", "time_zone": "Europe/Paris", "is_superuser": "on", "email": "x@y.example"})
    was = (editor.email, editor.is_superuser)
    editor.refresh_from_db()
    assert (editor.language, editor.time_zone) == ("ko", "Europe/Paris")
    assert (editor.email, editor.is_superuser) == was
    page = client.get(ACCOUNT).content.decode()
    assert 'lang="ko"' in page
    assert "저장했습니다." in page


def test_the_page_to_sign_in_speaks_the_language_of_the_browser():
    assert 'lang="ko"' in Client().get(LOGIN, headers={"accept-language": "ko-KR,ko;q=0.9"}).content.decode()
    assert 'lang="en"' in Client().get(LOGIN, headers={"accept-language": "fr"}).content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/" + "x" * 600])
def test_signing_in_leads_nowhere_else(client, editor, give_password, target):
    assert give_password(client, editor, next_url=target)["Location"] == "/admin/"
