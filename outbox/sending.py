"""Claim, send, mark. Nothing else in the house talks to a mail server."""

import logging
import re
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Exists, F, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import Switch
from outbox import backoff, kinds, pacing, suppressing
from outbox.composing import compose
from outbox.exceptions import AddressSuppressed, Interrupted, KilledItsWorker, Refused, Unsendable
from outbox.models import Email, EmailQuerySet
from outbox.transport import Transport, Wire, new_transport
from privacy.prepared import Prepared, PreparedUpdate, in_one_commit

logger = logging.getLogger(__name__)

stop_requested = (
    threading.Event()
)  # set when the process is asked to end: finish the message in hand, give back the rest

BATCH = 50
MAX_ATTEMPTS = backoff.MAX_ATTEMPTS
MAX_WORKER_DEATHS = 5  # before a message begins; a killed process counts for its whole batch once
AWAY = (OperationalError, InterfaceError)  # what Django raises while the database restarts
INSIST = 60.0  # seconds for which an answer is kept while the database is away
REST = 5.0, 30.0  # seconds for which a process leaves a server alone that it could not reach: first, and at most

REPLY_LENGTH = 500
_ADDRESS = re.compile(r"\S+@\S+")
_claimed = Prepared(
    lambda claim: Email.objects.filter(claimed_by=claim, state=Email.State.SENDING).order_by("due_at", "pk"),
    claim=uuid.UUID,
)
_NOBODY_PAUSES = ~Exists(Switch.objects.filter(key__in=[Switch.Key.PAUSE_SENDING, Switch.Key.READ_ONLY], is_on=True))


class Line:
    """One connection to the mail server, opened when it is needed and kept from batch to batch."""

    def __init__(self) -> None:
        self.transport: Transport | None = None
        self.carried = 0  # messages it was asked to take

    def open(self) -> Transport:
        """The open connection. Raises Interrupted."""
        if self.transport is None:
            transport = new_transport()
            transport.open()
            self.transport, self.carried = transport, 0
        return self.transport

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()
            self.transport = None


class _Rest:
    """How long this process lets a server be that it could not reach; the rows wait meanwhile, due as they are."""

    def __init__(self) -> None:
        self.until: dict[tuple[Any, ...], float] = {}
        self.length: dict[tuple[Any, ...], float] = {}

    def is_on(self) -> bool:
        return self.until.get(_server(), 0.0) > time.monotonic()

    def begin(self) -> None:
        length = min(self.length.get(_server(), REST[0] / 2) * 2, REST[1])
        self.length[_server()], self.until[_server()] = length, time.monotonic() + length

    def end(self) -> None:
        self.length.pop(_server(), None)


rest = _Rest()


def claim_due(now: datetime, limit: int = BATCH) -> list[Email]:
    """Take up to `limit` due rows for this worker alone, committed before anything is said to a server.

    One conditional UPDATE, which finds none once a pause is committed. What another worker is just choosing is passed
    over, so that two do not wait for each other and neither believes that nothing is left. No more of a domain than
    its pace allows; none for a suppressed address.
    """
    claim = uuid.uuid4()
    with transaction.atomic():
        due = pacing.Paces(now).choose(Email.objects.due(now).select_for_update(skip_locked=True), limit)
        # A row whose worker died travels alone, so that the one that kills is told from those beside it.
        chosen = [due[0][0]] if due and due[0][1] else [pk for pk, deaths in due if not deaths]
        Email.objects.filter(_NOBODY_PAUSES, pk__in=chosen, state=Email.State.QUEUED, due_at__lte=now).update(
            state=Email.State.SENDING,
            claimed_by=claim,
            lease_until=now + settings.MAIL_LEASE,
            data_begun_at=None,
            attempts=F("attempts") + 1,
        )
    if not chosen:
        return []
    batch = _claimed.objects(claim=claim)
    suppressed = {email.pk for email in suppressing.among(batch)}
    for email in batch:
        if email.pk in suppressed:
            _mark(email, Email.State.FAILED, AddressSuppressed.sentence)
    batch = [email for email in batch if email.pk not in suppressed]
    too_many = pacing.note_leaving(batch, now)
    _give_back(*too_many)
    return [email for email in batch if email not in too_many]


def send(batch: list[Email], line: Line | None = None) -> int:
    """Send claimed rows over one connection, that of `line` if it is kept; returns how many the server took.

    A row whose turn does not come, because the server cannot be reached, the connection broke, sending was paused or
    the process is asked to stop, goes back to the queue as it was.
    """
    if line is not None:
        return _send_over(line, batch)
    line = Line()
    try:
        return _send_over(line, batch)
    finally:
        line.close()


@dataclass
class _Turn:
    """A claimed row that waits to be handed over."""

    email: Email
    wire: Wire | None = None  # the message, once it is put together
    is_begun: bool = False  # that it begins was written with the end of the one before it


def _send_over(line: Line, batch: list[Email]) -> int:
    renewed = time.monotonic()  # they were claimed a moment ago
    try:
        transport = line.open()
    except Interrupted as exc:
        rest.begin()
        _give_back(*batch, server=_server_name(), server_reply=clean_reply(str(exc)))
        logger.warning("mail server not reached: %s", clean_reply(str(exc)))
        return 0
    rest.end()
    sent, slow = 0, pacing.slow_keys()
    waiting = [_Turn(email) for email in batch]
    while not stop_requested.is_set() and _make_ready(waiting):
        turn = waiting.pop(0)
        email, begun = turn.email, time.monotonic()
        if begun - renewed > settings.MAIL_LEASE.total_seconds() / 3:
            _insist(partial(_renew, [email, *(other.email for other in waiting)]))
            renewed = begun
        try:
            sent += _send_one(turn, waiting[0] if waiting else None, transport)
        except Interrupted as exc:
            line.close()
            logger.warning("mail connection lost: %s", clean_reply(str(exc)))
            _note_pace(email, begun, slow)
            break
        except Exception as exc:  # nobody foresaw it, so the message may have arrived
            line.close()
            logger.error("e-mail %s broke off: %s", email.pk, _where(exc))
            _settle_interrupted(email, Interrupted(type(exc).__name__, data_begun=True))
            break
        finally:
            line.carried += 1
        if _note_pace(email, begun, slow):
            _give_back(*(other.email for other in waiting if other.email.domain_key == email.domain_key))
            waiting = [other for other in waiting if other.email.domain_key != email.domain_key]
    _give_back(*(turn.email for turn in waiting))
    return sent


def _make_ready(waiting: list[_Turn]) -> bool:
    """Put together the message to be sent now and the one after it; returns whether there is one to be sent.

    A row that cannot be composed must not hold up the others: staff see it as failed, and the next one takes its
    place. If the database goes meanwhile, which is nobody's fault here, all wait as they are.
    """
    while not_ready := [turn for turn in waiting[:2] if turn.wire is None]:
        email = not_ready[0].email
        try:
            not_ready[0].wire = compose(email)
        except AWAY:
            logger.warning("the database went while e-mail %s was composed", email.pk)
            return False
        except Exception as exc:
            if isinstance(exc, Unsendable):
                logger.warning("e-mail %s is kept back: %s", email.pk, type(exc).__name__)
            else:
                logger.error("e-mail %s cannot be composed: %s", email.pk, _where(exc))
            _mark(email, Email.State.FAILED, exc.sentence if isinstance(exc, Unsendable) else Unsendable.sentence)
            waiting.remove(not_ready[0])
    return bool(waiting)


def _note_pace(email: Email, begun: float, slow: set[bytes]) -> bool:
    """Write down whether this domain is slow; returns that it is."""
    key, seconds = bytes(email.domain_key), time.monotonic() - begun
    if not key:
        return False
    try:
        if seconds > pacing.SLOW_AFTER:
            pacing.note_slow(key, seconds, timezone.now())
            return True
        if key in slow:
            pacing.note_quick(key)
            slow.discard(key)
    except AWAY as exc:  # how quick it was is not worth a message
        logger.warning("the pace of a domain was not noted: %s", type(exc).__name__)
    return False


def _send_one(turn: _Turn, following: _Turn | None, transport: Transport) -> bool:
    """Send one message and mark what became of it; returns whether the server took it.

    Raises Interrupted after marking when the connection is gone.
    """
    if not turn.is_begun:
        try:
            begun = _begin.run(**_how_begun(turn.email))
        except AWAY as exc:  # nothing was said yet, whatever stands in the row
            _give_back(turn.email)
            raise Interrupted(type(exc).__name__, data_begun=False) from exc
        if not begun:
            _give_back(turn.email)  # paused, or in somebody's hands; stopped, or its lease ran out: nothing is ours
            return False
    assert turn.wire
    reply = _hand_over(turn.email, turn.wire, transport)
    if reply is None:
        return False
    end: dict[str, Any] = {"pk": turn.email.pk, "reply": clean_reply(reply), "now": timezone.now()}
    if following is None or not kinds.get(following.email.kind).may_repeat or stop_requested.is_set():
        _insist(partial(_sent.run, **end))
        return True
    try:
        _ended, begun = in_one_commit((_sent, end), (_begin, _how_begun(following.email)))
        following.is_begun = begun == 1
    except AWAY:
        _insist(partial(_sent.run, **end))
    return True


def _how_begun(email: Email) -> dict[str, Any]:
    now = timezone.now()
    lease = now + settings.MAIL_LEASE
    return {"pk": email.pk, "claim": email.claimed_by, "now": now, "lease": lease, "server": _server_name()}


def _hand_over(email: Email, wire: Wire, transport: Transport) -> str | None:
    """Say one message to the server; returns its answer if it took it, otherwise marks what became of it."""
    try:
        return transport.send(wire)
    except Unsendable as exc:
        logger.warning("e-mail %s is kept back: %s", email.pk, type(exc).__name__)
        _mark(email, Email.State.FAILED, exc.sentence)
        return None
    except Refused as exc:
        if exc.permanent and backoff.is_dead(str(exc)):
            _fail_as_dead(email, str(exc))
        elif exc.permanent or email.attempts >= MAX_ATTEMPTS:
            _mark(email, Email.State.FAILED, str(exc))
        else:
            _postpone(email, str(exc))
        return None
    except Interrupted as exc:
        _settle_interrupted(email, exc)
        raise
    return None


def _beginning(pk: int, claim: uuid.UUID, now: datetime, lease: datetime, server: str) -> tuple[EmailQuerySet, Any]:
    """A row is begun by whoever holds it, unless sending is paused or somebody is just changing the row.

    It waits for no lock. Whoever has locked this row may wait for the one that ends with it; and a row that was waited
    for would be begun by what was known of the pause before.
    """
    held = Email.objects.filter(_NOBODY_PAUSES, pk=pk, claimed_by=claim, state=Email.State.SENDING)
    free = held.select_for_update(skip_locked=True)
    return Email.objects.filter(pk__in=free), {"data_begun_at": now, "lease_until": lease, "server": server}


def _end(pk: int, reply: str, now: datetime) -> tuple[EmailQuerySet, Any]:
    """That a row was sent is true whoever holds it by now."""
    end = {"state": Email.State.SENT, "server_reply": reply, "sent_at": now, "lease_until": None}
    return Email.objects.filter(pk=pk), end


# What is committed of every message: that it begins, before a word of it is said, and that the server took it. The end
# of one and the beginning of the next are one commit where the next may be repeated; a letter begins by itself, so that
# there are as few moments as can be in which the death of its sender leaves it uncertain.
_begin = PreparedUpdate(_beginning, pk=int, claim=uuid.UUID, now=datetime, lease=datetime, server=str)
_sent = PreparedUpdate(_end, pk=int, reply=str, now=datetime)


def _fail_as_dead(email: Email, reply: str) -> None:
    """There is no such mailbox: it gets no other mail either."""
    with transaction.atomic():
        _mark(email, Email.State.FAILED, reply)
        suppressing.suppress_refused(email, clean_reply(reply), timezone.now())


def _settle_interrupted(email: Email, exc: Interrupted) -> None:
    if exc.data_begun and not kinds.get(email.kind).may_repeat:
        _mark(email, Email.State.UNCERTAIN, str(exc))
    elif exc.reused and not exc.data_begun:  # a server ends connections as it likes; that was no attempt
        _give_back(email, server_reply=clean_reply(str(exc)))
    else:
        _postpone(email, str(exc))


def recover_expired(now: datetime) -> Iterator[Email]:
    """Settle rows whose worker died: back to the queue, or uncertain once DATA may have begun. Yields each.

    Each is claimed first, so that a worker that is only slow cannot begin it any more.
    """
    expired = Email.objects.filter(state=Email.State.SENDING, lease_until__lt=now)
    for pk in list(expired.values_list("pk", flat=True)):
        if not expired.filter(pk=pk).update(claimed_by=uuid.uuid4(), lease_until=now + settings.MAIL_LEASE):
            continue
        email = Email.objects.get(pk=pk)
        if email.data_begun_at:  # an attempt that counts, so that what kills its worker each time fails in the end
            reply = email.server_reply or "The sending process ended in mid-message."
            _settle_interrupted(email, Interrupted(reply, data_begun=True))
        else:
            _give_back_from_the_dead(email)
        yield email


def _mark(email: Email, state: Email.State, reply: str) -> None:
    """Write the end of an attempt that did not succeed."""
    end = {"state": state, "server_reply": clean_reply(reply), "sent_at": None, "lease_until": None}
    _insist(lambda: _held(email).update(**end))


def _insist(write: Callable[[], object]) -> None:
    """Write it even if the database restarts just now: what a mail server has said is not said again."""
    deadline = time.monotonic() + INSIST
    while True:
        try:
            write()
        except AWAY:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(0.5)
        else:
            return


def _postpone(email: Email, reply: str) -> None:
    if email.attempts >= MAX_ATTEMPTS:
        _mark(email, Email.State.FAILED, reply)
        return
    due_at = timezone.now() + backoff.wait(reply, email.attempts)
    _queue_again(email, due_at=due_at, server_reply=clean_reply(reply))


def _give_back(*emails: Email, **changed: object) -> None:
    """Unclaim rows whose turn did not come; that was no attempt."""
    if emails:
        _queue_again(*emails, attempts=Greatest(F("attempts") - 1, 0), **changed)


def _renew(emails: Iterable[Email]) -> None:
    """What waits behind a slow message is still in good hands."""
    _held(*emails).update(lease_until=timezone.now() + settings.MAIL_LEASE)


def _give_back_from_the_dead(email: Email) -> None:
    """The process ended before it began to speak: no attempt, but what ends its process each time must not go on."""
    deaths = email.worker_deaths + 1
    if deaths >= MAX_WORKER_DEATHS:
        _mark(email, Email.State.FAILED, KilledItsWorker.sentence)
    else:
        _give_back(email, worker_deaths=deaths)


def _queue_again(*emails: Email, **changed: object) -> None:
    """Back to the queue, unless staff stopped it meanwhile."""
    stopped = When(stop_requested=True, then=Value(Email.State.CANCELLED))
    state = Case(stopped, default=Value(Email.State.QUEUED))
    row = {"state": state, "claimed_by": None, "lease_until": None, "data_begun_at": None, **changed}
    _insist(lambda: _held(*emails).update(**row))


def _held(*emails: Email) -> EmailQuerySet:
    """Rows of one claim, as long as they are in the hands of whoever claimed them."""
    claims = {email.claimed_by for email in emails}
    keys = [email.pk for email in emails]
    return Email.objects.filter(pk__in=keys, claimed_by__in=claims, state=Email.State.SENDING)


def clean_reply(reply: str) -> str:
    """What a server said in one line, without addresses and control characters."""
    printable = "".join(character for character in " ".join(reply.split()) if character.isprintable())
    return _ADDRESS.sub("<address>", printable)[:REPLY_LENGTH]


def _server() -> tuple[Any, ...]:
    return settings.OUTBOX_TRANSPORT, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_DIR


def _server_name() -> str:
    """Which mail server takes our mail now, for whoever reads about it later."""
    is_smtp = settings.OUTBOX_TRANSPORT.endswith(".SmtpTransport")
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"[:200] if is_smtp else ""


def _where(exc: Exception) -> str:
    """The kind of an error and where it was raised; its words could hold an address."""
    return type(exc).__name__ + "\n" + "".join(traceback.format_tb(exc.__traceback__))
