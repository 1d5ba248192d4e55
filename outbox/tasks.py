"""What the bell and the clock start in the outbox."""

import threading
from contextlib import closing

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.utils import timezone

from accounts import switches
from outbox import pacing, sending
from outbox.domain_check import checking

_lines = threading.BoundedSemaphore(settings.MAIL_LINES)
_rung = threading.Event()


@shared_task(acks_late=True)
def send_due_mail() -> None:
    """Send what is due, batch by batch, over one connection that is kept.

    Runs at least once for every ring and every tick; each e-mail goes out at most once, or is marked uncertain. A
    server that cannot be reached is left alone for some seconds; what is due waits. A process has MAIL_LINES
    connections, however often it is rung.
    """
    _rung.set()
    if not _lines.acquire(blocking=False):
        return  # those that are open look again before they end; at the latest the next tick does
    try:
        while _rung.is_set():
            _rung.clear()
            _send_all()
    finally:
        _lines.release()


def _send_all() -> None:
    with closing(sending.Line()) as line:
        while switches.sends_mail() and not (sending.stop_requested.is_set() or sending.rest.is_on()):
            batch = sending.claim_due(timezone.now())
            if not batch:
                return
            sending.send(batch, line)


@shared_task
def recover_mail() -> None:
    """Settle rows whose worker died in the middle."""
    for _email in sending.recover_expired(timezone.now()):
        pass
    pacing.forget_slow(timezone.now())


@shared_task
def check_mail_domain() -> None:
    """Ask the DNS about our domain and keep the answer; not while mail goes to files, where nobody receives it."""
    if settings.EMAIL_URL:
        checking.check_and_keep(timezone.now())


@worker_shutting_down.connect
def finish_message_in_hand(**kwargs: object) -> None:
    """A warm shutdown waits for one message, not for the whole queue: the sender looks at this between two."""
    sending.stop_requested.set()
