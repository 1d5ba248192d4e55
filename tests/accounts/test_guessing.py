"""Guessing: counted over processes, for every kind of secret together, and nobody is locked out of a known device."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import services, throttle
from accounts.exceptions import TooManyTries
from accounts.models import KnownDevice
from accounts.services.codes import CODES_PER_HOUR, CODES_PER_HOUR_IN_ALL
from accounts.throttle import TRIES_PER_ACCOUNT, TRIES_PER_NETWORK, Source
from outbox.models import Email
from tests.accounts.conftest import app_of
from tests.accounts.places import LOGIN, OWN_PASSWORD, PASSWORD, SECOND_FACTOR
from tests.conftest import only_long
from tests.factories import make_delegate, make_user
from tests.servers import REPOSITORY

WRONG, TOO_MANY = 422, 429


@pytest.mark.parametrize("store", ["database", pytest.param("redis", marks=only_long)])
@pytest.mark.django_db(transaction=True)
def test_forty_parallel_guesses_over_two_processes_count_as_forty(store):
    address = f"guessed-{store}@coalition.example"
    user = make_user("editor", address=address)
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    if store == "redis":
        environment["REDIS_URL"] = os.environ["TEST_REDIS_URL"]
    command = [sys.executable, Path(__file__).with_name("guesser.py"), connection.settings_dict["NAME"], address, "20"]
    processes = [
        subprocess.Popen(
            command, env=environment, cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in processes]
    statuses = sorted(answers[0] + answers[1])
    assert statuses == [WRONG] * TRIES_PER_ACCOUNT + [TOO_MANY] * (40 - TRIES_PER_ACCOUNT)
    if store == "database":  # the right password has to wait as well
        assert sign_in(Client(), user).status_code == TOO_MANY


def sign_in(client, user, password=PASSWORD, **meta):
    return client.post(LOGIN, {"username": user.email, "password": password}, **meta)


def leave(client):
    """Sign out as people do; the test client's own `logout` would lose every cookie."""
    assert client.post("/admin/logout/").status_code in {200, 302}


@pytest.mark.django_db
def test_the_kinds_of_secret_share_one_counter(editor, app, give_password):
    client = Client()
    for _ in range(8):
        sign_in(Client(), editor, "wrong")
    give_password(client, editor)  # 9
    for _ in range(8):
        client.post(SECOND_FACTOR, {"code": "000000"})
    answers = [client.post(SECOND_FACTOR, {"recovery_code": "aaaa-aaaa-aaaa"}).status_code for _ in range(4)]
    assert answers == [WRONG, WRONG, WRONG, TOO_MANY]
    assert sign_in(Client(), editor).status_code == TOO_MANY


@pytest.mark.django_db
def test_the_present_password_is_not_guessed_either(editor, come_in):
    client = come_in(editor)
    form = {"old_password": "wrong", "password1": "seven lanterns at dusk", "password2": "seven lanterns at dusk"}
    said = [client.post(OWN_PASSWORD, form).content.decode() for _ in range(TRIES_PER_ACCOUNT + 1)]
    assert "This is not your present password." in said[0]
    assert "Too many tries." in said[-1]


@pytest.mark.django_db
def test_one_network_has_a_hundred_tries_for_all_accounts_together(now):
    here, there = Source(b"here"), Source(b"there")
    for number in range(TRIES_PER_NETWORK):
        throttle.count_try(b"account %d" % number, here, now=now)
    with pytest.raises(TooManyTries):
        throttle.count_try(b"another", here, now=now)
    throttle.count_try(b"another", there, now=now)


@pytest.mark.django_db
def test_strangers_lock_nobody_out_of_a_known_device(editor, come_in):
    known = come_in(editor)
    leave(known)
    for number in range(TRIES_PER_ACCOUNT + 3):
        sign_in(Client(), editor, "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    assert sign_in(Client(), editor).status_code == TOO_MANY
    assert sign_in(known, editor).status_code == 302


@pytest.mark.django_db
def test_a_known_device_is_no_way_to_guess_without_end(editor, come_in):
    known = come_in(editor)
    leave(known)
    answers = [sign_in(known, editor, "wrong").status_code for _ in range(TRIES_PER_ACCOUNT + 1)]
    assert answers == [WRONG] * TRIES_PER_ACCOUNT + [TOO_MANY]
    assert sign_in(known, editor).status_code == TOO_MANY


@pytest.mark.django_db
def test_a_device_is_known_for_its_person_alone_and_can_be_forgotten(editor, come_in):
    known, other = come_in(editor), make_user("press")
    leave(known)
    for account in (other, editor):
        for _ in range(TRIES_PER_ACCOUNT):
            sign_in(Client(), account, "wrong", REMOTE_ADDR="198.51.100.7")
    assert sign_in(known, other).status_code == TOO_MANY
    services.end_sessions(editor)
    assert sign_in(known, editor).status_code == TOO_MANY
    assert not KnownDevice.objects.exists()


@pytest.mark.django_db
def test_a_forged_or_foreign_cookie_makes_no_device_known(editor, come_in):
    known = come_in(editor)
    token = known.cookies["device"].value
    assert known.cookies["device"]["httponly"]
    assert known.cookies["device"]["path"] == "/admin/"
    for _ in range(TRIES_PER_ACCOUNT):
        sign_in(Client(), editor, "wrong")
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "." * 500, "é", token[::-1]):
        client = Client()
        client.cookies["device"] = forged
        assert sign_in(client, editor).status_code == TOO_MANY
    client = Client()
    client.cookies["device"] = f"{forged}.{token}"
    assert sign_in(client, editor).status_code == 302


@pytest.mark.django_db
def test_several_people_may_share_a_browser(editor, come_in):
    other, shared = make_user("press"), Client()
    for user in (editor, other, editor):
        come_in(user, client=shared)
    assert KnownDevice.objects.count() == 2
    leave(shared)
    for user in (editor, other):
        for _ in range(TRIES_PER_ACCOUNT):
            sign_in(Client(), user, "wrong")
        assert sign_in(shared, user).status_code == 302


# --- Known and unknown ------------------------------------------------------------------------------
def without_token_and(content, address):
    content = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", content)
    return content.replace(address.encode(), b"ADDRESS")


@pytest.mark.django_db
def test_known_and_unknown_addresses_get_the_same_bytes_work_and_questions(editor):
    app_of(make_user("press", address="second@coalition.example"))
    make_user("press", address="left@coalition.example", is_active=False)
    make_user("press", address="new@coalition.example", is_staff=True).set_unusable_password()
    make_delegate(address="delegate@river.example")
    Client().post(LOGIN, {"username": "first@coalition.example", "password": "x"})  # the key of the day is read once
    seen = {}
    for address in (
        "editor@coalition.example",
        "second@coalition.example",
        "left@coalition.example",
        "new@coalition.example",
        "delegate@river.example",
        "nobody@coalition.example",
    ):
        client = Client()
        client.get(LOGIN)
        with (
            patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as hashing,
            CaptureQueriesContext(connection) as queries,
        ):
            answer = client.post(LOGIN, {"username": address, "password": "wrong"})
        asked = tuple(re.match(r"\w+(?: \w+ \w+)?", query["sql"]).group() for query in queries)
        kept = {"Set-Cookie", "Content-Length"}  # the address stands in the page
        headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in kept))
        seen[address] = (
            answer.status_code,
            without_token_and(answer.content, address),
            headers,
            tuple(sorted(client.cookies)),
            hashing.call_count,
            asked,
        )
    first = seen["editor@coalition.example"]
    assert first[0] == WRONG
    assert first[4] == 1
    for address, found in seen.items():
        assert found == first, address


# --- Delegates --------------------------------------------------------------------------------------
def ask(client, address, **meta):
    return client.post("/delegate/sign-in/", {"email": address}, **meta)


def newest_code():
    text = Email.objects.filter(state=Email.State.QUEUED).latest("pk").payload["text"]
    return re.search(r"\d{4} \d{4}", text).group()


@pytest.mark.django_db
def test_strangers_do_not_use_up_the_codes_of_a_delegate_on_a_known_device(settings):
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"
    address = make_delegate().user.email
    known = Client()
    ask(known, address)
    known.post("/delegate/sign-in/code/", {"code": newest_code()})
    assert {cookie["path"] for cookie in known.cookies.values() if cookie.key == "device"} <= {
        "/delegate/",
        "/ko/delegate/",
    }
    known.post("/delegate/sign-out/")
    for network in range(5):
        for _ in range(CODES_PER_HOUR):
            ask(Client(), address, REMOTE_ADDR=f"192.0.2.{network}")
    before = Email.objects.count()
    assert before == CODES_PER_HOUR_IN_ALL
    ask(Client(), address, REMOTE_ADDR="203.0.113.1")
    assert Email.objects.count() == before  # a stranger gets none
    for _ in range(CODES_PER_HOUR + 1):
        ask(known, address)
    assert Email.objects.count() == before + CODES_PER_HOUR
    for number in range(TRIES_PER_ACCOUNT):
        stranger = Client()
        ask(stranger, address, REMOTE_ADDR=f"198.51.100.{number}")
        stranger.post("/delegate/sign-in/code/", {"code": "1"}, REMOTE_ADDR=f"198.51.100.{number}")
    assert known.post("/delegate/sign-in/code/", {"code": newest_code()}).status_code == 302
