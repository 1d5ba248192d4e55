"""Twelve mail servers that misbehave, and what becomes of a letter and of a confirmation there."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from outbox import backoff, kinds, pacing, sending, transport
from outbox.models import Email, Pace, Suppression
from outbox.services import write_email
from outbox.tasks import send_due_mail
from tests.faults import scripted
from tests.faults.scripted import ScriptedServer, within
from tests.processes import free_port

pytestmark = pytest.mark.django_db

LETTER = kinds.Kind("tests.letter", may_repeat=False)
CONFIRMATION = kinds.Kind("tests.confirmation", may_repeat=True)
for kind in (LETTER, CONFIRMATION):
    kinds.register(kind)


@pytest.fixture
def smtp(settings, monkeypatch):
    """Point the sender at a port, with limits that a test can wait for."""
    monkeypatch.setattr(transport, "MESSAGE_LIMIT", 0.6)
    monkeypatch.setattr(transport, "GOODBYE_LIMIT", 0.1)
    settings.OUTBOX_TRANSPORT, settings.EMAIL_TIMEOUT = "outbox.transport.SmtpTransport", 0.4
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", False, False

    def use(port):
        settings.EMAIL_PORT = port
        sending.rest.until.clear()

    return use


def write(number, kind=LETTER, to="office.example"):
    now = timezone.now()
    return write_email(kind.name, to=f"a{number}@{to}", subject="…", text="…\n", key=f"s:{number}", now=now)


def row(email):
    return Email.objects.values_list("state", "attempts", "server_reply").get(pk=email.pk)


# What it does: (script, state of a letter, state of a confirmation, words in the answer, longest wait in minutes)
SERVERS = {
    "4xx at MAIL": (scripted.AtSender("452 4.3.1 full"), "queued", "queued", "452 4.3.1 full", 60),
    "421 at MAIL": (scripted.AtSender("421 4.7.0 later"), "queued", "queued", "421 4.7.0 later", 15),
    "4xx at RCPT": (scripted.AtRecipient("451 4.3.0 later"), "queued", "queued", "451 4.3.0 later", 1),
    "greylisting": (scripted.AtRecipient("450 4.7.1 Greylisted"), "queued", "queued", "Greylisted", 6),
    "5xx at RCPT": (scripted.AtRecipient("550 5.7.1 no"), "failed", "failed", "550 5.7.1 no", 0),
    "5xx after DATA": (scripted.AfterData("554 5.6.0 no"), "failed", "failed", "554 5.6.0 no", 0),
    "oversize": (scripted.AfterData("552 5.3.4 too big"), "failed", "failed", "552 5.3.4 too big", 0),
    "hangs after DATA": (scripted.Hangs(), "uncertain", "queued", "timed out", 1),
    "closes before 250": (scripted.ClosesBefore(), "uncertain", "queued", "Connection unexpectedly closed", 1),
    "one byte a second": (scripted.Drips(0.1), "uncertain", "queued", "timed out", 1),
}


@pytest.mark.parametrize("extensions", ["", "PIPELINING"], ids=["turn by turn", "pipelined"])
@pytest.mark.parametrize("name", SERVERS)
def test_each_server_leaves_each_message_in_the_right_state(smtp, monkeypatch, name, extensions):
    script, of_letter, of_confirmation, words, minutes = SERVERS[name]
    monkeypatch.setattr(script, "extensions", extensions)
    with ScriptedServer(script) as server:
        smtp(server.port)
        letter, confirmation = write(1), write(2, CONFIRMATION)
        within(5, send_due_mail)
        within(5, send_due_mail)
    for email, state in ((letter, of_letter), (confirmation, of_confirmation)):
        assert row(email)[:2] == (state, 1), row(email)
        assert words in row(email)[2]
        email.refresh_from_db()
        assert email.server == f"127.0.0.1:{server.port}"
        if state == "queued":
            wait = email.due_at - timezone.now()
            assert timedelta(0) < wait <= timedelta(minutes=minutes)
        if state == "uncertain":
            assert email.data_begun_at


@pytest.mark.parametrize("name", ["refuses connections", "greets with 421", "speaks no TLS"])
def test_a_server_that_cannot_be_reached_costs_no_attempt_and_is_left_alone_for_a_while(smtp, settings, name):
    script = {"greets with 421": scripted.Banner(), "speaks no TLS": scripted.BrokenTls()}.get(name, scripted.Script())
    settings.EMAIL_USE_TLS = name == "speaks no TLS"
    letters = [write(number) for number in range(3)]
    with ScriptedServer(script) as server:
        smtp(free_port() if name == "refuses connections" else server.port)
        send_due_mail()
        send_due_mail()
        assert [row(letter)[:2] for letter in letters] == [("queued", 0)] * 3
        assert server.connections == (0 if name == "refuses connections" else 1)
        assert row(letters[0])[2]
    settings.EMAIL_USE_TLS = False
    with ScriptedServer(scripted.Script()) as mended:
        smtp(mended.port)
        send_due_mail()
        assert (mended.taken, mended.connections) == (3, 1)
    assert {row(letter)[0] for letter in letters} == {"sent"}


def test_a_server_that_hangs_up_after_each_message_gets_all_of_them_once(smtp):
    with ScriptedServer(scripted.ClosesAfter()) as server:
        smtp(server.port)
        letters = [write(number) for number in range(4)]
        send_due_mail()
    assert server.taken == 4
    assert {row(letter)[:2] for letter in letters} == {("sent", 1)}


def test_one_connection_carries_every_batch(smtp, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 5)
    monkeypatch.setattr(sending.claim_due, "__defaults__", (5,))
    with ScriptedServer(scripted.Script()) as server:
        smtp(server.port)
        for number in range(20):
            write(number)
        send_due_mail()
    assert (server.taken, server.connections) == (20, 1)


def test_a_server_that_takes_commands_in_one_go_gets_them_so(smtp):
    with ScriptedServer(scripted.AllAtOnce()) as server:
        smtp(server.port)
        letters = [write(number) for number in range(3)]
        send_due_mail()
    assert (server.taken, server.connections) == (3, 1)
    assert {row(letter)[:2] for letter in letters} == {("sent", 1)}


def test_a_server_that_refuses_the_recipient_but_waits_for_a_message_gets_an_empty_one(smtp):
    script = scripted.AtRecipient("550 5.7.1 no", times=1)
    script.extensions, script.is_eager = "PIPELINING", True
    with ScriptedServer(script) as server:
        smtp(server.port)
        refused, other = write(1), write(2)
        send_due_mail()
    assert row(refused) == ("failed", 1, "550 5.7.1 no")
    assert row(other)[0] == "sent"
    assert (server.taken, server.connections) == (1, 1)
    assert b"To: a1@office.example\r\n" not in server.lines
    assert b"To: a2@office.example\r\n" in server.lines


@pytest.mark.parametrize("extensions", ["", "PIPELINING"], ids=["turn by turn", "pipelined"])
@pytest.mark.parametrize(
    ("answer", "state"),
    [("251 2.0.0 forwarded", "sent"), ("200 fine", "sent"), ("what?", "uncertain"), ("2" * 9_000, "uncertain")],
)
def test_an_odd_answer_to_a_letter_leads_to_no_second_copy(smtp, extensions, answer, state):
    script = scripted.AfterData(answer)
    script.extensions = extensions
    with ScriptedServer(script) as server:
        smtp(server.port)
        letter = write(1)
        send_due_mail()
    assert row(letter)[:2] == (state, 1), row(letter)


@pytest.mark.parametrize(
    ("answer", "accepts", "state", "words"),
    [("550 5.7.1 no", False, "failed", "550 5.7.1 no"), ("252 perhaps", True, "sent", "taken")],
)
def test_a_server_that_says_why_and_hangs_up_is_heard_and_one_that_is_not_sure_takes_the_letter(
    smtp, answer, accepts, state, words
):
    script = scripted.AtRecipient(answer)
    script.extensions, script.hangs_up = "PIPELINING", not accepts
    with ScriptedServer(script) as server:
        smtp(server.port)
        letter = write(1)
        send_due_mail()
    assert row(letter)[0] == state
    assert words in row(letter)[2]
    assert server.taken == accepts


def test_no_empty_message_goes_to_a_recipient_who_was_accepted(smtp):
    """The sender refused, the recipient taken: no server should, and an empty message would reach somebody."""
    script = scripted.AtSender("550 5.7.1 not you")
    script.extensions = "PIPELINING"
    with ScriptedServer(script) as server:
        smtp(server.port)
        letter = write(1)
        send_due_mail()
    assert row(letter)[0] == "failed"
    assert (server.taken, server.lines) == (0, [])


@pytest.mark.parametrize("extensions", ["", "PIPELINING"], ids=["turn by turn", "pipelined"])
@pytest.mark.parametrize("content", [b".\r\n.a\r\nb.\r\n", b"a\r\n.\r\n", b"no end"])
def test_a_dot_at_the_start_of_a_line_ends_no_message(smtp, extensions, content):
    script = scripted.Script()
    script.extensions = extensions
    with ScriptedServer(script) as server:
        smtp(server.port)
        line = transport.SmtpTransport()
        line.open()
        line.send(transport.Wire("<1@a.example>", "us@coalition.example", "a@office.example", content))
        line.close()
    assert server.taken == 1
    assert b"".join(part.removeprefix(b".") for part in server.lines).rstrip() == content.rstrip()


def test_an_address_that_does_not_exist_gets_no_second_mail(smtp):
    with ScriptedServer(scripted.AtRecipient("550 5.1.1 no such mailbox", times=1)) as server:
        smtp(server.port)
        first = write(1)
        second = write_email(
            CONFIRMATION.name, to="a1@office.example", subject="…", text="…\n", key="s:2", now=timezone.now()
        )
        other = write(3)
        send_due_mail()
        Email.objects.filter(pk=second.pk, state="sent").update(state="queued", sent_at=None)
        taken = server.taken
        send_due_mail()
    assert row(first)[0] == "failed"
    assert row(second)[0] == "failed"
    assert row(other)[0] == "sent"
    assert server.taken == taken
    assert Suppression.objects.get().answer == "550 5.1.1 no such mailbox"


@pytest.mark.parametrize(
    ("reply", "minutes"),
    [
        ("451 4.3.0 local error", [1 / 6, 0.5, 2, 10, 30, 60, 120, 360]),
        ("450 4.7.1 greylisted", [5, 10, 30, 60, 120, 360]),
        ("421 4.7.0 too many", [15, 30, 60, 120, 360]),
        ("452 4.2.2 mailbox full", [60, 120, 240, 360, 360]),
    ],
)
def test_what_stood_in_the_way_decides_how_long_to_wait_and_never_more_than_six_hours(reply, minutes):
    waits = [backoff.wait(reply, attempt) / timedelta(minutes=1) for attempt in range(1, len(minutes) + 1)]
    assert waits == pytest.approx(minutes)


def test_a_domain_gets_no_more_in_a_minute_than_staff_allow(smtp):
    key = pacing.domain_key("a@slow.example")
    Pace.objects.create(domain="slow.example", domain_key=key, per_minute=12)
    with ScriptedServer(scripted.Script()) as server:
        smtp(server.port)
        for number in range(30):
            write(number, to="SLOW.example" if number % 3 else "office.example")
        send_due_mail()
        paced = Email.objects.filter(domain_key=key)
        assert Email.objects.exclude(domain_key=key).filter(state="sent").count() == 10
        assert paced.filter(state="sent").count() in {2, 3}  # ten seconds' worth
        assert set(paced.exclude(state="sent").values_list("state", "attempts")) == {("queued", 0)}
        Pace.objects.update(per_minute=None)
        send_due_mail()
        assert paced.filter(state="sent").count() == 20


@pytest.mark.fault
def test_one_slow_host_costs_the_others_a_tenth_at_most(smtp, monkeypatch):
    """Counted, not timed: how long the sender sat with the slow host while others waited."""
    monkeypatch.setattr(pacing, "SLOW_AFTER", 0.05)
    script = scripted.SlowFor("slow.example", 0.1)
    with ScriptedServer(script) as server:
        smtp(server.port)
        for number in range(2_000):
            write(number, to="slow.example" if number % 10 == 0 else f"office-{number % 9}.example")
        begun = time.monotonic()
        send_due_mail()
    last = max(moment for moment, is_slow in script.asked if not is_slow)
    meanwhile = sum(is_slow for moment, is_slow in script.asked if moment < last)
    assert server.taken == 2_000
    assert meanwhile * script.seconds <= 0.1 * (last - begun), f"{meanwhile} of {last - begun:.1f} s"
