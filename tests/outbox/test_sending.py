"""Claiming, sending over a real SMTP connection, and what becomes of a row when things break."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from accounts import switches
from accounts.models import Switch
from outbox import kinds, sending
from outbox.exceptions import DomainNotAllowed, Interrupted, KilledItsWorker, Refused, UnusableAddress, in_words
from outbox.models import Email
from outbox.services import cancel_emails, settle_uncertain, write_email
from outbox.tasks import recover_mail, send_due_mail
from outbox.transport import FileTransport, Wire
from tests import memory
from tests.processes import free_port

pytestmark = pytest.mark.django_db

ONCE = kinds.Kind("tests.once", may_repeat=False)
REPEATED = kinds.Kind("tests.repeated", may_repeat=True)
for kind in (ONCE, REPEATED):
    kinds.register(kind)


class ScriptedServer:
    """Answers each message with the next scripted line; keeps what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[bytes] = []
        self.rcpt_answers: list[str] = []
        self.data_answers: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.rcpt_answers.pop(0) if self.rcpt_answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        answer = self.data_answers.pop(0) if self.data_answers else "250 2.0.0 queued as 4F1"
        if answer == "drop":
            self.accepted.append(envelope.content)
            server.transport.close()
            return "421 gone"
        if answer.startswith("250"):
            self.accepted.append(envelope.content)
        return answer


@pytest.fixture
def server(settings) -> Iterator[ScriptedServer]:
    handler = ScriptedServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.OUTBOX_TRANSPORT = "outbox.transport.SmtpTransport"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    yield handler
    controller.stop()


@pytest.fixture
def write(now):
    def write(number: int = 1, kind: kinds.Kind = ONCE, **changed) -> Email:
        return write_email(
            kind.name,
            **(
                {
                    "to": f"office{number}@office.example",
                    "subject": f"Letter {number}",
                    "text": "한글 text\n",
                    "html": "<p>한글</p>",
                    "key": f"test:{number}",
                    "now": now,
                }
                | changed
            ),
        )

    return write


def test_a_due_message_is_sent_once_with_the_answer_of_the_server_as_evidence(server, write):
    email = write()
    send_due_mail()
    send_due_mail()
    email.refresh_from_db()
    assert email.state == "sent"
    assert email.server_reply.endswith("250 2.0.0 queued as 4F1")
    assert len(server.accepted) == 1
    assert email.message_id.encode() in server.accepted[0]
    assert b"Auto-Submitted: auto-generated" in server.accepted[0]


def test_the_same_cause_writes_one_row(write):
    write()
    with pytest.raises(Exception, match=r"(?i)unique|duplicate"):
        write()


def test_what_is_not_due_waits(server, write, now):
    write(due_at=timezone.now() + timedelta(minutes=1))
    send_due_mail()
    assert server.accepted == []


def test_a_hundred_go_over_few_connections_each_once(server, write):
    for number in range(100):
        write(number)
    send_due_mail()
    assert Email.objects.filter(state="sent").count() == 100
    ids = {line for content in server.accepted for line in content.splitlines() if line.startswith(b"Message-ID")}
    assert len(ids) == len(server.accepted) == 100


def test_two_workers_that_chose_the_same_rows_share_them_out(write):
    for number in range(10):
        write(number)
    now = timezone.now()
    first, second = sending.claim_due(now, limit=6), sending.claim_due(now, limit=6)
    assert len(first) == 6
    assert len(second) == 4
    assert not {row.pk for row in first} & {row.pk for row in second}


def test_a_permanent_refusal_fails_and_the_others_go_on(server, write):
    refused, other = write(1), write(2)
    server.rcpt_answers = ["550 5.1.1 no such mailbox"]
    send_due_mail()
    refused.refresh_from_db()
    other.refresh_from_db()
    assert (refused.state, refused.server_reply) == ("failed", "550 5.1.1 no such mailbox")
    assert other.state == "sent"


def test_a_temporary_refusal_comes_back_later(server, write):
    email = write()
    server.rcpt_answers = ["451 4.7.1 greylisted"]
    send_due_mail()
    email.refresh_from_db()
    assert (email.state, email.attempts) == ("queued", 1)
    assert email.due_at > timezone.now()
    Email.objects.update(due_at=timezone.now())
    send_due_mail()
    email.refresh_from_db()
    assert (email.state, email.attempts) == ("sent", 2)


def test_mail_waits_while_the_server_is_down_and_follows_by_itself(server, settings, write):
    email, port = write(), settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    send_due_mail()
    email.refresh_from_db()
    assert email.state == "queued"
    settings.EMAIL_PORT = port
    Email.objects.update(due_at=timezone.now())
    send_due_mail()
    email.refresh_from_db()
    assert email.state == "sent"


@pytest.mark.parametrize(("kind", "state"), [(ONCE, "uncertain"), (REPEATED, "queued")], ids=["letter", "confirmation"])
def test_a_connection_lost_after_data_is_uncertain_for_a_letter_only(server, write, kind, state):
    lost, next_one = write(1, kind), write(2, kind)
    server.data_answers = ["drop"]
    send_due_mail()
    lost.refresh_from_db()
    assert lost.state == state
    send_due_mail()
    next_one.refresh_from_db()
    assert next_one.state == "sent"


@pytest.mark.parametrize(
    ("kind", "data_begun", "state"),
    [(ONCE, True, "uncertain"), (ONCE, False, "queued"), (REPEATED, True, "queued")],
)
def test_the_rows_of_a_dead_worker_are_settled(write, kind, data_begun, state):
    email = write(kind=kind)
    now = timezone.now()
    sending.claim_due(now)
    recover_mail()
    email.refresh_from_db()
    assert email.state == "sending"  # its lease still runs
    Email.objects.update(lease_until=now - timedelta(seconds=1), data_begun_at=now if data_begun else None)
    recover_mail()
    email.refresh_from_db()
    assert email.state == state


@pytest.mark.parametrize("kind", [ONCE, REPEATED], ids=["letters", "confirmations"])
def test_a_message_that_begins_has_a_whole_lease_before_it(write, settings, monkeypatch, kind):
    """Two that waited for most of their lease, behind a slow opening of the connection, say."""
    for number in range(2):
        write(number, kind)
    left = []

    def send(_transport, wire):
        lease = Email.objects.get(message_id=wire.message_id).lease_until
        left.append(lease - timezone.now() > settings.MAIL_LEASE - timedelta(seconds=5))
        return "250 taken"

    monkeypatch.setattr(memory.MemoryTransport, "send", send)
    settings.OUTBOX_TRANSPORT = "tests.memory.MemoryTransport"
    claimed = sending.claim_due(timezone.now())
    Email.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    assert sending.send(claimed) == 2
    assert left == [True, True]


def test_stopping_wins_over_a_worker_that_claimed_but_has_not_begun(server, write):
    email = write()
    claimed = sending.claim_due(timezone.now())
    Email.objects.filter(pk=email.pk).update(state="cancelled")
    sending.send(claimed)
    assert server.accepted == []


def test_what_was_stopped_is_never_claimed(server, write):
    write()
    assert cancel_emails(Email.objects.all()) == 1
    send_due_mail()
    assert server.accepted == []


def test_while_sending_is_paused_nothing_leaves(server, write, now):
    write()
    switches.turn(Switch.Key.PAUSE_SENDING, True, by=None, now=now)
    send_due_mail()
    assert server.accepted == []
    switches.turn(Switch.Key.PAUSE_SENDING, False, by=None, now=now)
    switches.cache.clear()
    send_due_mail()
    assert len(server.accepted) == 1


def test_a_domain_that_is_not_allowed_gets_nothing(server, settings, write):
    settings.ALLOWED_MAIL_DOMAINS = ["office.example"]
    allowed, inside, other = write(1), write(2, to="a@sub.office.example"), write(3, to="a@notoffice.example")
    send_due_mail()
    states = [Email.objects.get(pk=row.pk).state for row in (allowed, inside, other)]
    assert states == ["sent", "sent", "failed"]
    assert len(server.accepted) == 2


@pytest.mark.parametrize("address", ["a@OFFICE.example", "a@sub.office.example", "a@xn--bcher-kva.office.example"])
def test_the_envelope_names_the_one_allowed_mailbox(server, settings, write, address):
    settings.ALLOWED_MAIL_DOMAINS = ["office.example"]
    write(to=address)
    send_due_mail()
    assert states() == ["sent"]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("a@evil.example", DomainNotAllowed),
        ("a@office.example.evil.example", DomainNotAllowed),
        ("a%evil.example@office.example", DomainNotAllowed),
        ("a@office.example@evil.example", UnusableAddress),
        ("@office.example:a@evil.example", UnusableAddress),
        ('"a@evil.example"@office.example', UnusableAddress),
        ("a@evil.example,b@office.example", UnusableAddress),
    ],
)
def test_no_spelling_gets_past_the_list_and_staff_read_why(server, settings, write, address, reason):
    settings.ALLOWED_MAIL_DOMAINS = ["office.example"]
    email = write()
    Email.objects.filter(pk=email.pk).update(payload=email.payload | {"to": address})
    send_due_mail()
    email.refresh_from_db()
    assert (email.state, email.server_reply, email.data_begun_at is None) == (
        "failed", reason.sentence, reason is UnusableAddress
    )  # fmt: skip
    assert server.accepted == []
    with translation.override("ko"):
        assert in_words(email.server_reply) != reason.sentence
        assert in_words("550 no such mailbox") == "550 no such mailbox"


def test_a_body_that_imitates_the_end_of_a_message_stays_inside_it(server, write):
    """As in SMTP smuggling: line ends that one server takes for the end and another does not."""
    ends = [".", "\n.\n", "\r\n.\r\n", "\n.\r\n", "\r.\r", "\r\n.\r", "\x00\r\n.\r\n", "\r\n\x00.\r\n"]
    smuggled = "MAIL FROM:<evil@evil.example>\r\nRCPT TO:<b@office.example>\r\nDATA\r\nSubject: Two\r\n\r\nx"
    for number, end in enumerate(ends):
        write(number, text=f"One{end}{smuggled}{end}", html=f"<p>{end}{smuggled}{end}</p>")
    write(len(ends))
    send_due_mail()
    assert len(server.accepted) == len(ends) + 1
    for content in server.accepted:
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00|(?m:^\.)", content)
        assert content.count(b"\r\nTo: ") == 1


def test_a_row_that_cannot_be_composed_fails_alone(server, write):
    broken, fine = write(1), write(2)
    payload = broken.payload | {"subject": "a\nBcc: everybody@office.example"}  # as no service writes it
    Email.objects.filter(pk=broken.pk).update(payload=payload)
    send_due_mail()
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.state, fine.state) == ("failed", "sent")
    assert b"everybody" not in b"".join(server.accepted)


def test_a_process_that_is_asked_to_end_gives_the_rest_back(server, write):
    for number in range(3):
        write(number)
    claimed = sending.claim_due(timezone.now())
    sending.stop_requested.set()
    try:
        assert sending.send(claimed) == 0
        send_due_mail()
    finally:
        sending.stop_requested.clear()
    assert set(Email.objects.values_list("state", "attempts")) == {("queued", 0)}


def test_a_file_is_written_once_for_each_message(settings, tmp_path, write):
    settings.MAIL_DIR = tmp_path / "mail"
    email = write()
    send_due_mail()
    Email.objects.update(state="queued", sent_at=None)
    send_due_mail()
    assert len(list(settings.MAIL_DIR.iterdir())) == 1
    email.refresh_from_db()
    assert email.server_reply.startswith("file ")


class OddTransport:
    """Runs `happens` for each message, which may raise."""

    def __init__(self, happens) -> None:
        self.happens = happens
        self.seen: list = []

    def open(self) -> None:
        """Nothing to open."""

    def send(self, wire) -> str:
        self.seen.append(wire.message_id)
        self.happens()
        return "taken"

    def close(self) -> None:
        """Nothing stays open."""


@pytest.fixture
def odd(monkeypatch):
    def use(happens) -> OddTransport:
        transport = OddTransport(happens)
        monkeypatch.setattr(sending, "new_transport", lambda: transport)
        return transport

    return use


def states():
    return list(Email.objects.order_by("pk").values_list("state", flat=True))


def test_stopping_takes_a_claimed_row_that_has_not_begun(server, write):
    write()
    claimed = sending.claim_due(timezone.now())
    assert cancel_emails(Email.objects.all()) == 1
    sending.send(claimed)
    recover_mail()
    assert (states(), server.accepted) == (["cancelled"], [])


def test_what_was_stopped_in_mid_message_is_not_tried_again(odd, write):
    def refuse_while_staff_stop():
        assert cancel_emails(Email.objects.all()) == 0
        raise Refused("451 later", permanent=False)

    write()
    transport = odd(refuse_while_staff_stop)
    send_due_mail()
    assert states() == ["cancelled"]
    Email.objects.update(due_at=timezone.now())
    send_due_mail()
    assert len(transport.seen) == 1


def test_what_was_stopped_in_mid_message_and_taken_is_sent(odd, write):
    write()
    odd(lambda: cancel_emails(Email.objects.all()))
    send_due_mail()
    assert states() == ["sent"]


def test_the_row_of_a_dead_worker_that_was_stopped_is_not_queued_again(write):
    write(kind=REPEATED)
    now = timezone.now()
    sending.claim_due(now)
    Email.objects.update(data_begun_at=now)
    assert cancel_emails(Email.objects.all()) == 0
    Email.objects.update(lease_until=now - timedelta(seconds=1))
    recover_mail()
    assert states() == ["cancelled"]


def test_pausing_holds_from_one_message_to_the_next(odd, write, now):
    def pause():
        switches.turn(Switch.Key.PAUSE_SENDING, True, by=None, now=now)
        switches.cache.clear()

    for number in range(3):
        write(number)
    transport = odd(pause)
    send_due_mail()
    assert len(transport.seen) == 1
    assert sorted(Email.objects.values_list("state", "attempts")) == [("queued", 0), ("queued", 0), ("sent", 1)]


@pytest.mark.parametrize(
    "answer", ["550 5.1.1 <office1@office.example>: no\x00 such", "451 4.7.1 office1@office.example"]
)
def test_an_answer_of_the_server_is_kept_without_addresses(odd, write, answer, caplog):
    def refuse():
        raise Refused(answer + " x" * 400, permanent=answer.startswith("5"))

    email = write()
    odd(refuse)
    send_due_mail()
    email.refresh_from_db()
    assert email.server_reply.startswith(answer[:9] + " <address>")
    assert len(email.server_reply) <= 500
    assert "office1" not in email.server_reply + caplog.text
    assert "\x00" not in email.server_reply


def test_a_lost_connection_is_logged_without_addresses(odd, write, caplog):
    def lose():
        raise Interrupted("421 office1@office.example", data_begun=False)

    write()
    odd(lose)
    send_due_mail()
    assert "<address>" in caplog.text
    assert "office1" not in caplog.text


def test_a_row_that_kills_its_worker_each_time_fails_in_the_end(write):
    email = write(kind=REPEATED)
    for _ in range(sending.MAX_ATTEMPTS):
        now = timezone.now()
        Email.objects.update(due_at=now)
        sending.claim_due(now)
        Email.objects.update(data_begun_at=now, lease_until=now - timedelta(seconds=1))
        recover_mail()
    email.refresh_from_db()
    assert (email.state, email.attempts) == ("failed", sending.MAX_ATTEMPTS)


def dies_while_composing(now):
    """One claim by a process that ends before it begins to speak."""
    Email.objects.filter(state="queued").update(due_at=now)
    claimed = sending.claim_due(now)
    Email.objects.filter(state="sending").update(lease_until=now - timedelta(seconds=1))
    recover_mail()
    return [email.pk for email in claimed]


def test_what_ends_its_worker_while_it_is_put_together_fails_after_five_times_and_holds_up_nobody(server, write):
    deadly, *others = (write(number) for number in range(4))
    now = timezone.now()
    assert len(dies_while_composing(now)) == 4
    for _ in range(sending.MAX_WORKER_DEATHS - 2):
        assert dies_while_composing(now) == [deadly.pk]  # alone, so that nobody dies with it
    deadly.refresh_from_db()
    assert (deadly.state, deadly.attempts) == ("queued", 0)
    dies_while_composing(now)
    send_due_mail()
    deadly.refresh_from_db()
    assert (deadly.state, deadly.server_reply) == ("failed", KilledItsWorker.sentence)
    assert [Email.objects.get(pk=other.pk).state for other in others] == ["sent"] * 3


@pytest.mark.parametrize(("kind", "state"), [(ONCE, "uncertain"), (REPEATED, "queued")], ids=["letter", "confirmation"])
def test_an_error_nobody_foresaw_settles_its_row_and_gives_the_rest_back(odd, write, kind, state, caplog):
    def explode():
        raise RuntimeError(first.to)

    first = write(1, kind)
    write(2, kind)
    odd(explode)
    claimed = sending.claim_due(timezone.now())
    assert sending.send(claimed) == 0
    assert list(Email.objects.order_by("pk").values_list("state", "attempts")) == [(state, 1), ("queued", 0)]
    assert "office1" not in caplog.text


def test_a_full_disk_postpones_and_the_rest_waits(settings, tmp_path, write):
    settings.MAIL_DIR = tmp_path / "file" / "mail"
    (tmp_path / "file").write_text("not a folder")
    write()
    send_due_mail()
    assert states() == ["queued"]
    settings.MAIL_DIR = tmp_path / "mail"
    with pytest.raises(Interrupted) as broken:  # never opened: the folder is not there
        FileTransport().send(Wire("<1@x>", "a@x.example", "b@x.example", b""))
    assert not broken.value.data_begun


@pytest.mark.parametrize("arrived", [True, False])
def test_a_person_settles_what_was_uncertain(odd, write, now, arrived):
    email = write()
    begun = timezone.now() - timedelta(hours=1)
    Email.objects.update(state="uncertain", data_begun_at=begun, attempts=3, stop_requested=True)
    transport = odd(lambda: None)
    assert settle_uncertain(email.pk, arrived=arrived, evidence="They have it.", now=timezone.now())
    assert not settle_uncertain(email.pk, arrived=arrived, evidence="Once more.", now=timezone.now())
    send_due_mail()
    email.refresh_from_db()
    assert email.state == "sent"
    assert transport.seen == ([] if arrived else [email.message_id])
    assert (email.sent_at == begun) == arrived


def test_a_database_that_goes_while_a_message_is_put_together_costs_the_message_nothing(server, write, monkeypatch):
    letters = [write(number) for number in range(3)]

    def away(email):
        raise OperationalError("the database system is shutting down")

    with monkeypatch.context() as patch:
        patch.setattr(sending, "compose", away)
        assert sending.send(sending.claim_due(timezone.now())) == 0
    assert set(Email.objects.values_list("state", "attempts")) == {("queued", 0)}
    send_due_mail()
    assert states() == ["sent"] * len(letters)


def test_an_answer_is_written_down_when_the_database_is_back(odd, write, monkeypatch):
    email = write()
    writes = iter([OperationalError, InterfaceError, None])

    def unsteady():
        if error := next(writes):
            raise error
        Email.objects.filter(pk=email.pk).update(server_reply="written")

    monkeypatch.setattr(sending, "connection", SimpleNamespace(in_atomic_block=False, close=lambda: None))
    monkeypatch.setattr(sending.time, "sleep", lambda seconds: None)
    sending._insist(unsteady)
    email.refresh_from_db()
    assert email.server_reply == "written"
