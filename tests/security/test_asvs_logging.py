"""What is written down of those who try (docs/asvs.md, chapter 16): which secret, never the secret or the address."""

import logging
import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.exceptions import TooManyTries, WrongCode
from accounts.forms import SignInForm
from accounts.services import begin_totp, confirm_totp, use_recovery_code, verify_totp
from accounts.throttle import TRIES_PER_ACCOUNT, Source
from config.logs import RedactingFormatter
from tests.factories import make_delegate, make_petition, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "haneul@river.example"
SOURCE = Source(network=b"here")


def lines(caplog, logger="accounts.throttle"):
    return [record.getMessage() for record in caplog.records if record.name == logger]


def test_a_wrong_password_is_written_down_and_a_right_one_is_not(client, caplog):
    make_user("editor", address=ADDRESS)
    client.post("/admin/login/", {"username": ADDRESS, "password": "correct horse battery"})
    assert lines(caplog) == []
    client.post("/admin/login/", {"username": ADDRESS, "password": "wrong-planted-word"})
    client.post("/admin/login/", {"username": "nobody@river.example", "password": "wrong-planted-word"})
    assert lines(caplog) == ["password refused, user unknown"] * 2
    assert SignInForm.base_fields["password"]
    assert "planted" not in caplog.text
    assert "river" not in caplog.text


def test_wrong_codes_are_written_down_with_the_number_of_the_user(caplog):
    user, now = make_user("editor", address=ADDRESS), datetime.now(UTC)
    begin_totp(user, now=now)
    for attempt in (confirm_totp, verify_totp, use_recovery_code):
        with pytest.raises(WrongCode):
            attempt(user, "000000", source=SOURCE, now=now)
    assert lines(caplog) == [
        f"{kind} refused, user {user.pk}" for kind in ("first code of an app", "code of an app", "recovery code")
    ]


def test_a_wrong_mailed_code_is_written_down(client, caplog, settings):
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"
    user = make_delegate(address=ADDRESS).user
    client.post(reverse("statements:sign-in"), {"email": ADDRESS})
    client.post(reverse("statements:sign-in-code"), {"code": "00000000"})
    assert lines(caplog) == [f"mailed code refused, user {user.pk}"]
    assert ADDRESS not in caplog.text


def test_a_limit_that_is_reached_is_written_down(caplog):
    user, now = make_user("editor", address=ADDRESS), datetime.now(UTC)
    begin_totp(user, now=now)
    for _number in range(TRIES_PER_ACCOUNT):
        with pytest.raises(WrongCode):
            verify_totp(user, "000000", source=SOURCE, now=now)
    with pytest.raises(TooManyTries):
        verify_totp(user, "000000", source=SOURCE, now=now)
    assert lines(caplog)[-1] == "tries above the limit for an account or a network"


def test_a_step_that_a_role_does_not_include_is_written_down(caplog):
    petition, press = make_petition(), make_user("press")
    client = Client()
    client.force_login(press)
    client.post(f"/admin/petitions/petition/{petition.pk}/actions/submit/")
    assert lines(caplog, "accounts.stateful_admin") == [
        f"the step submit of petitions.petition refused to user {press.pk}"
    ]


def test_every_line_names_its_time_with_the_zone():
    record = logging.LogRecord("accounts", logging.WARNING, "", 0, "said", (), None)
    written = RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s").format(record)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 WARNING accounts said", written)
