"""Claim, send, mark. Nothing else in the house talks to a mail server."""

import logging
import re
import threading
import traceback
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, F, Value, When
from django.utils import timezone

from accounts import switches
from outbox import kinds
from outbox.composing import compose
from outbox.exceptions import Interrupted, KilledItsWorker, Refused, Unsendable
from outbox.models import Email, EmailQuerySet
from outbox.transport import Transport, new_transport

logger = logging.getLogger(__name__)

stop_requested = (
    threading.Event()
)  # set when the process is asked to end: finish the message in hand, give back the rest

BATCH = 50
BACK_OFF = [timedelta(seconds=s) for s in (10, 30, 120, 600, 1800, 3600, 7200)]
BACK_OFF_CAP = timedelta(hours=6)
MAX_ATTEMPTS = 20
MAX_WORKER_DEATHS = 5  # before a message begins; a killed process counts for its whole batch once

REPLY_LENGTH = 500
_ADDRESS = re.compile(r"\S+@\S+")


def claim_due(now: datetime, limit: int = BATCH) -> list[Email]:
    """Take up to `limit` due rows for this worker alone, committed before anything is said to a server.

    One conditional UPDATE: of two workers that chose the same rows, the second finds them no longer queued.
    """
    claim = uuid.uuid4()
    due = list(Email.objects.due(now).order_by("due_at", "pk").values_list("pk", "worker_deaths")[:limit])
    if not due:
        return []
    # A row whose worker died travels alone, so that the one that kills is told from those beside it.
    chosen = [due[0][0]] if due[0][1] else [pk for pk, deaths in due if not deaths]
    Email.objects.filter(pk__in=chosen, state=Email.State.QUEUED, due_at__lte=now).update(
        state=Email.State.SENDING,
        claimed_by=claim,
        lease_until=now + settings.MAIL_LEASE,
        data_begun_at=None,
        attempts=F("attempts") + 1,
    )
    return list(Email.objects.filter(claimed_by=claim, state=Email.State.SENDING).order_by("due_at", "pk"))


def send(batch: list[Email]) -> int:
    """Send claimed rows over one connection; returns how many the server took.

    A row whose turn does not come, because the connection broke, sending was paused or the process is
    asked to stop, goes back to the queue.
    """
    sent = 0
    transport = new_transport()
    try:
        transport.open()
    except Interrupted as exc:
        for email in batch:
            _postpone(email, str(exc))
        return 0
    with closing(transport):
        for position, email in enumerate(batch):
            if stop_requested.is_set() or not switches.sends_mail():
                _give_back_all(batch[position:])
                break
            try:
                sent += _send_one(email, transport)
            except Interrupted as exc:
                _give_back_all(batch[position + 1 :])
                logger.warning("mail connection lost: %s", clean_reply(str(exc)))
                break
            except Exception as exc:  # nobody foresaw it, so the message may have arrived
                logger.error("e-mail %s broke off: %s", email.pk, _where(exc))
                _give_back_all(batch[position + 1 :])
                _settle_interrupted(email, Interrupted(type(exc).__name__, data_begun=True))
                break
    return sent


def _send_one(email: Email, transport: Transport) -> bool:
    """Send one claimed row and mark what became of it. Raises Interrupted after marking when the connection is gone."""
    try:
        wire = compose(email)
    except Unsendable as exc:
        logger.warning("e-mail %s is kept back: %s", email.pk, type(exc).__name__)
        _mark(email, Email.State.FAILED, exc.sentence)
        return False
    except Exception as exc:  # a row that cannot be composed must not hold up the others; staff see it as failed
        logger.error("e-mail %s cannot be composed: %s", email.pk, _where(exc))
        _mark(email, Email.State.FAILED, Unsendable.sentence)
        return False
    now = timezone.now()
    begun = _held(email).update(data_begun_at=now, lease_until=now + settings.MAIL_LEASE)
    if not begun:  # stopped by staff, or its lease ran out and another worker has it
        return False
    try:
        reply = transport.send(wire)
    except Unsendable as exc:
        logger.warning("e-mail %s is kept back: %s", email.pk, type(exc).__name__)
        _mark(email, Email.State.FAILED, exc.sentence)
        return False
    except Refused as exc:
        if exc.permanent or email.attempts >= MAX_ATTEMPTS:
            _mark(email, Email.State.FAILED, str(exc))
        else:
            _postpone(email, str(exc))
        return False
    except Interrupted as exc:
        _settle_interrupted(email, exc)
        raise
    _mark(email, Email.State.SENT, reply)
    return True


def _settle_interrupted(email: Email, exc: Interrupted) -> None:
    if exc.data_begun and not kinds.get(email.kind).may_repeat:
        _mark(email, Email.State.UNCERTAIN, str(exc))
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
    """Write the end of an attempt. That it was sent is true whoever holds the row by now; the rest needs the claim."""
    email.state, email.server_reply = state, clean_reply(reply)
    email.sent_at = timezone.now() if state == Email.State.SENT else None
    email.lease_until = None
    rows = Email.objects.filter(pk=email.pk) if state == Email.State.SENT else _held(email)
    rows.update(state=state, server_reply=email.server_reply, sent_at=email.sent_at, lease_until=None)


def _postpone(email: Email, reply: str) -> None:
    if email.attempts >= MAX_ATTEMPTS:
        _mark(email, Email.State.FAILED, reply)
        return
    wait = BACK_OFF[email.attempts - 1] if email.attempts <= len(BACK_OFF) else BACK_OFF_CAP
    _queue_again(email, due_at=timezone.now() + wait, server_reply=clean_reply(reply))


def _give_back(email: Email) -> None:
    """Unclaim a row whose turn did not come; that was no attempt."""
    _queue_again(email, attempts=max(email.attempts - 1, 0))


def _give_back_from_the_dead(email: Email) -> None:
    """The process ended before it began to speak: no attempt, but what ends its process each time must not go on."""
    deaths = email.worker_deaths + 1
    if deaths >= MAX_WORKER_DEATHS:
        _mark(email, Email.State.FAILED, KilledItsWorker.sentence)
    else:
        _queue_again(email, attempts=max(email.attempts - 1, 0), worker_deaths=deaths)


def _give_back_all(emails: list[Email]) -> None:
    for email in emails:
        _give_back(email)


def _queue_again(email: Email, **changed: object) -> None:
    """Back to the queue, unless staff stopped it meanwhile."""
    stopped = When(stop_requested=True, then=Value(Email.State.CANCELLED))
    state = Case(stopped, default=Value(Email.State.QUEUED))
    _held(email).update(state=state, claimed_by=None, lease_until=None, data_begun_at=None, **changed)


def _held(email: Email) -> EmailQuerySet:
    """The row, as long as it is in the hands of whoever claimed it."""
    return Email.objects.filter(pk=email.pk, claimed_by=email.claimed_by, state=Email.State.SENDING)


def clean_reply(reply: str) -> str:
    """What a server said in one line, without addresses and control characters."""
    printable = "".join(character for character in " ".join(reply.split()) if character.isprintable())
    return _ADDRESS.sub("<address>", printable)[:REPLY_LENGTH]


def _where(exc: Exception) -> str:
    """The kind of an error and where it was raised; its words could hold an address."""
    return type(exc).__name__ + "\n" + "".join(traceback.format_tb(exc.__traceback__))
