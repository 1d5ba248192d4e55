"""Codes for delegates: bound to the browser that asked, and the same work for every address."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import services
from accounts.exceptions import WrongCode
from accounts.models import SignInCode
from accounts.services.codes import CODES_PER_HOUR, CODES_PER_HOUR_IN_ALL, MAX_TRIES
from accounts.throttle import Source
from outbox.models import Email
from statements.views.sign_in import MAX_NEXT, NEXT
from tests.factories import make_delegate, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "haneul@river.example"


@pytest.fixture(autouse=True)
def _real_mail_rows(settings):
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"


@pytest.fixture
def delegate():
    return make_delegate(address=ADDRESS)


def ask(client, address=ADDRESS, **meta):
    return client.post(reverse("statements:sign-in"), {"email": address}, **meta)


def give(client, code, **meta):
    return client.post(reverse("statements:sign-in-code"), {"code": code}, **meta)


def newest_code():
    text = Email.objects.filter(state=Email.State.QUEUED).latest("pk").payload["text"]
    return re.search(r"\d{4} \d{4}", text).group()


def wrong_for(code):
    return "00000000" if code != "0000 0000" else "00000001"


def test_a_stranger_who_asks_and_guesses_locks_nobody_out(delegate):
    holder, stranger = Client(), Client()
    ask(holder)
    code = newest_code()
    ask(stranger, REMOTE_ADDR="192.0.2.9")
    for _ in range(3 * MAX_TRIES):
        assert give(stranger, wrong_for(code), REMOTE_ADDR="192.0.2.9").status_code == 422
    assert give(holder, code).status_code == 302


def test_a_code_is_worth_nothing_in_another_browser(delegate):
    holder, stranger = Client(), Client()
    ask(stranger)
    ask(holder)
    assert give(stranger, newest_code()).status_code == 422
    assert give(holder, newest_code()).status_code == 302


def test_one_network_cannot_use_up_the_codes_of_an_address(delegate):
    stranger = Client()
    for _ in range(CODES_PER_HOUR_IN_ALL + 5):
        ask(stranger, REMOTE_ADDR="192.0.2.9")
    assert Email.objects.count() == CODES_PER_HOUR
    holder = Client()
    ask(holder, REMOTE_ADDR="198.51.100.1")
    assert give(holder, newest_code(), REMOTE_ADDR="198.51.100.1").status_code == 302


def test_one_address_gets_so_many_codes_an_hour_from_everywhere(delegate, now):
    for n in range(CODES_PER_HOUR_IN_ALL + 3):
        services.request_sign_in_code(ADDRESS, session=f"s{n}", source=Source(bytes([n])), now=now)
    assert Email.objects.count() == SignInCode.objects.count() == CODES_PER_HOUR_IN_ALL


def test_asking_too_often_leaves_the_code_one_has(delegate):
    client = Client()
    for _ in range(CODES_PER_HOUR + 2):
        ask(client)
    assert give(client, newest_code()).status_code == 302


def test_the_session_row_does_not_open_the_code(delegate, now):
    services.request_sign_in_code(ADDRESS, session="browser", source=Source(b"here"), now=now)
    row = SignInCode.objects.get()
    assert b"browser" not in bytes(row.session_hash)
    with pytest.raises(WrongCode):
        services.redeem_sign_in_code(ADDRESS, newest_code(), session="other", source=Source(b"here"), now=now)
    again = {"session": "browser", "source": Source(b"here"), "now": now}
    assert services.redeem_sign_in_code(ADDRESS, newest_code(), **again) == delegate.user
    with pytest.raises(WrongCode):
        services.redeem_sign_in_code(ADDRESS, newest_code(), **again)


def statements_of(act):
    """What the database is asked, numbers and savepoints aside."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return [re.match(r"\w+(?: \w+)?", query["sql"]).group() for query in captured]


@pytest.mark.parametrize("stranger", ["nobody@river.example", "staff@coalition.example", "gone@river.example"])
def test_every_address_costs_the_same_questions_of_the_database(delegate, stranger, run_on_commit):
    make_user("editor", address="staff@coalition.example")
    gone = make_delegate(address="gone@river.example").user
    gone.is_active = False
    gone.save()
    warm = Client()
    ask(warm, "first@river.example")
    give(warm, "1")  # the key of the day and the switches are read once
    asked, tried = {}, {}
    for address in (ADDRESS, stranger):
        client = Client()
        with run_on_commit() as rung:
            asked[address] = [*statements_of(lambda: ask(client, address))]  # noqa: B023
        asked[address].append(len(rung))
        tried[address] = statements_of(lambda: give(client, "1"))  # noqa: B023
    assert asked[ADDRESS] == asked[stranger]
    assert tried[ADDRESS] == tried[stranger]


def test_a_stranger_is_mailed_nothing_and_not_remembered():
    ask(Client(), "nobody@river.example")
    email = Email.objects.get()
    assert email.state == Email.State.WITHHELD
    assert email.to.endswith(".invalid")
    assert (email.subject, email.payload["text"], email.payload["html"]) == ("", "", "")
    assert SignInCode.objects.get().user is None


def test_a_path_without_end_is_not_kept():
    client, home = Client(), reverse("statements:delegate-home")
    assert client.get(home, {"a": "x" * MAX_NEXT}).url == reverse("statements:sign-in")
    way_in = client.get(home, {"a": "x"}).url
    client.post(way_in, {"email": ADDRESS})
    assert client.session[NEXT] == f"{home}?a=x"
    client.post(f"{reverse('statements:sign-in')}?next=/{'x' * MAX_NEXT}", {"email": ADDRESS})
    assert client.session[NEXT] == f"{home}?a=x"
