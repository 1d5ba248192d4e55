"""How fast mail goes to one domain, so that a slow or touchy host holds up nobody else.

A row of Pace says when the next message may leave for its domain (`next_at`). Where staff set a pace, each message
moves it on; where a host answered slowly, it is moved on by twenty times what that cost, so that one such host takes
at most a twentieth of a worker while others wait. When nobody else waits it is asked at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.models.functions import Greatest

from outbox.models import Email, EmailQuerySet, Pace
from outbox.recipients import domain_key as spelled
from privacy.fingerprints import fingerprint
from privacy.prepared import Prepared

KEY_BYTES = 8
SLOW_AFTER = 1.0  # seconds that one message takes
SLOW_FACTOR = 20
LONGEST_HOLD = timedelta(minutes=5)
SLOW_LASTS = timedelta(minutes=30)
BURST = timedelta(seconds=10)  # of its pace may leave at once

_all = Prepared(lambda: Pace.objects.order_by())  # a few rows, read at every claim


def domain_key(address: str) -> bytes:
    """What stands for the domain of an address in a row: a keyed hash, because a rare domain names a person."""
    try:
        domain = spelled(address.rpartition("@")[2])
    except UnicodeError:  # composing it will say what is wrong
        return b""
    return fingerprint(domain, purpose="mail domain")[:KEY_BYTES]


class Paces:
    """The paces that count just now, read once for a claim."""

    def __init__(self, now: datetime):
        self.now = now
        self.rows = {bytes(row.domain_key): row for row in _all.objects()}

    def choose(self, due: EmailQuerySet, limit: int) -> list[tuple[int, int]]:
        """(pk, worker_deaths) of up to `limit` due rows, the oldest first, no more of a domain than may leave."""
        held = {key for key, row in self.rows.items() if row.next_at and row.next_at > self.now + _burst(row)}
        chosen = self._within(due.exclude(domain_key__in=held), limit)
        if chosen or not held:
            return chosen
        idle = {key for key in held if not self.rows[key].per_minute}  # nobody else waits for the slow ones
        return self._within(due.filter(domain_key__in=idle), limit) if idle else []

    def _within(self, due: EmailQuerySet, limit: int) -> list[tuple[int, int]]:
        chosen: list[tuple[int, int]] = []
        room: dict[bytes, int] = {}
        for pk, deaths, key in due.order_by("due_at", "pk").values_list("pk", "worker_deaths", "domain_key")[:limit]:
            row = self.rows.get(bytes(key))
            if row:
                left = room.setdefault(bytes(key), _room(row, self.now))
                if not left:
                    continue
                room[bytes(key)] -= 1
            chosen.append((pk, deaths))
        return chosen


def note_leaving(emails: Iterable[Email], now: datetime) -> list[Email]:
    """Move the pace of their domains on; returns those that another worker was quicker with, to be given back."""
    paces = {bytes(row.domain_key): 60 / row.per_minute for row in _all.objects() if row.per_minute}
    too_many: list[Email] = []
    for email in emails:
        seconds = paces.get(bytes(email.domain_key))
        if seconds is None:
            continue
        free = Q(next_at=None) | Q(next_at__lte=now + BURST)
        row = Pace.objects.filter(free, domain_key=email.domain_key)
        step = timedelta(seconds=seconds)
        moved = row.filter(next_at__gt=now).update(next_at=F("next_at") + step) or row.update(next_at=now + step)
        if not moved:
            too_many.append(email)
    return too_many


def note_slow(key: bytes, seconds: float, now: datetime) -> None:
    """A message to this domain took so long; for a while the others go first."""
    hold = min(timedelta(seconds=seconds * SLOW_FACTOR), LONGEST_HOLD)
    Pace.objects.get_or_create(domain_key=key)
    later = Pace.objects.filter(domain_key=key, next_at__isnull=False)
    later.update(next_at=Greatest("next_at", now + hold), slow_until=now + SLOW_LASTS)
    Pace.objects.filter(domain_key=key, next_at=None).update(next_at=now + hold, slow_until=now + SLOW_LASTS)


def slow_keys() -> set[bytes]:
    """The domains that were slow of late."""
    return {bytes(row.domain_key) for row in _all.objects() if row.slow_until}


def note_quick(key: bytes) -> None:
    """A domain that was slow answered at once: it waits for nobody any more."""
    slow = Pace.objects.filter(domain_key=key, slow_until__isnull=False)
    slow.filter(domain="").delete()
    slow.update(next_at=None, slow_until=None)


def forget_slow(now: datetime) -> None:
    """What was slow half an hour ago, and that staff said nothing about, is as good as any other."""
    Pace.objects.filter(domain="", slow_until__lt=now).delete()


def _burst(row: Pace) -> timedelta:
    return BURST if row.per_minute else timedelta(0)


def _room(row: Pace, now: datetime) -> int:
    """How many may leave at once. A slow one is tried with a single message."""
    if not row.per_minute:
        return 1
    begins = max(row.next_at or now, now)
    return max(int((now + BURST - begins).total_seconds() * row.per_minute / 60) + 1, 0)
