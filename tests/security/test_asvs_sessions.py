"""Passwords and sessions (docs/asvs.md, chapters 6 and 7)."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.forms import PasswordForm, SignInForm
from accounts.models import User
from accounts.passwords import HOUSE_WORDS
from outbox.models import Email
from tests.factories import make_delegate, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "haneul@river.example"
PASSWORD = "correct horse battery"
HOME = reverse("statements:delegate-home")


@pytest.fixture
def delegate(settings):
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"
    return make_delegate(address=ADDRESS)


def sign_in(client: Client) -> None:
    """As a delegate does, through both pages."""
    client.post(reverse("statements:sign-in"), {"email": ADDRESS})
    mailed: Any = Email.objects.latest("pk").payload
    code = re.search(r"\d{4} \d{4}", mailed["text"])
    assert code
    client.post(reverse("statements:sign-in-code"), {"code": code.group()})


def cookie(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_signing_in_changes_the_key_of_the_session(client, delegate):
    client.post(reverse("statements:sign-in"), {"email": ADDRESS})
    before = cookie(client)
    sign_in(client)
    assert is_in(client)
    assert cookie(client) != before
    assert len(cookie(client)) >= 32
    stranger = Client()  # who had planted the key they knew
    stranger.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(stranger)


def test_signing_out_ends_the_session_on_the_server(client, delegate):
    sign_in(client)
    kept = cookie(client)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert is_in(thief)
    client.post(reverse("statements:sign-out"))
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not is_in(thief)


def test_a_disabled_user_is_out_at_once(client, delegate):
    sign_in(client)
    assert is_in(client)
    User.objects.filter(pk=delegate.user_id).update(is_active=False)
    assert not is_in(client)


def test_every_page_behind_a_sign_in_offers_the_way_out(client, delegate):
    sign_in(client)
    assert f'action="{reverse("statements:sign-out")}"' in client.get(HOME).content.decode()
    desk = Client()
    desk.force_login(make_user("editor"))
    assert f'action="{reverse("admin:logout")}"' in desk.get("/admin/", follow=True).content.decode()


def test_a_password_is_changed_with_the_old_one_and_other_sessions_end(client):
    user = make_user("editor")
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(user)
    new = {"password1": "seventeen quiet geese", "password2": "seventeen quiet geese"}
    url = reverse("admin:password_change")
    assert client.post(url, {"old_password": "wrong", **new}).status_code == 422
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert client.post(url, {"old_password": PASSWORD, **new}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("seventeen quiet geese")
    assert elsewhere.get("/admin/")["Location"].startswith("/admin/login/")
    assert "/login/" not in client.get("/admin/", follow=True).request["PATH_INFO"]


@pytest.mark.parametrize(
    "password",
    [
        "  blanks at both ends  ",
        "조용한 강가의 등불 열일곱 개",
        "🦢🪔🌊🏮🛶🌉🦆🐚🌾🍃🌙⭐",
        "73914 20586 4417 982",
        "3141592653589793238462643383",
        "x9" * 100,
    ],
)
def test_a_password_may_hold_anything_and_be_long(password):
    form = PasswordForm({"password1": password, "password2": password})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["password"] == password
    user = make_user("editor")
    user.set_password(form.cleaned_data["password"])
    assert user.check_password(password)
    assert not user.check_password(password[:-1])
    assert not user.check_password(password.swapcase()) or password.swapcase() == password
    assert SignInForm.base_fields["password"].clean(password) == password


@pytest.mark.parametrize(
    "password",
    [
        *("short", "elevenchars", "1q2w3e4r5t6y"),  # too short; on the list of common ones as it is
        *("password1234", "!!Password1234", "qwertyqwerty77", "MonkeyMonkeyMonkey", "aaaaaaaaaaaa", "123456789012"),
    ],
)
def test_a_password_is_long_and_not_among_the_common_ones(password):
    validate_password("seventeen quiet geese")
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "outcry-coalition",
        "Coalition2026!",
        "petition-statement-7",
        "testserver-testserver",
        "seo-yun-hanseoyun",
        "haneul.kim.2026",
    ],
)
def test_words_of_the_house_and_of_the_person_do_not_count(password):
    user = make_user("editor", address="haneul.kim@river.example", name="Hanseoyun Seo-yun")
    validate_password("coalition of seventeen quiet geese", user)
    with pytest.raises(ValidationError, match="do not count"):
        validate_password(password, user)


def test_the_words_of_the_house_are_written_down():
    words = (settings.BASE_DIR / "docs" / "security.md").read_text().partition("**Words that do not count**")[2][:600]
    assert all(word in words for word in HOUSE_WORDS)


def test_the_field_of_a_password_hides_it_and_leaves_managers_alone(client):
    field = re.search(r"<input[^>]*name=\"password\"[^>]*>", client.get("/admin/login/").content.decode())
    assert field
    assert 'type="password"' in field.group()
    assert 'autocomplete="current-password"' in field.group()
    assert "onpaste" not in field.group()
    assert "maxlength" not in field.group()
