"""Reading and turning the switches of the site."""

import time
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from accounts import audit
from accounts.models import Switch, User

CACHE_KEY = "switches-on"
CACHE_SECONDS = 4  # in the shared cache; with SEEN_SECONDS, how long another process may go by the old state
SEEN_SECONDS = 1.0  # in a process that would have to ask Redis, several times for every signature
OBJECT_TYPE = "accounts.switch"  # in the audit, where a switch is named by its place in Switch.Key


class _Seen:
    """What this process last read, and when, on the clock of time.monotonic()."""

    keys: frozenset[str] = frozenset()
    at: float | None = None


def keys_on() -> frozenset[str]:
    """The switches that are on, at most five seconds old."""
    if settings.REDIS_URL and _Seen.at is not None and time.monotonic() - _Seen.at < SEEN_SECONDS:
        return _Seen.keys
    found = cache.get(CACHE_KEY)
    if found is None:
        found = list(Switch.objects.filter(is_on=True).values_list("key", flat=True))
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    _Seen.keys, _Seen.at = frozenset(found), time.monotonic()
    return _Seen.keys


def is_on(key: Switch.Key) -> bool:
    """Whether the switch is on, at most five seconds old."""
    return key in keys_on()


def _forget() -> None:
    _Seen.at = None
    cache.delete(CACHE_KEY)


def takes_signatures() -> bool:
    """Whether anybody may sign anything now."""
    return not keys_on() & {Switch.Key.PAUSE_SIGNING, Switch.Key.READ_ONLY}


def sends_mail() -> bool:
    """Whether the workers may hand mail to a server now."""
    return not keys_on() & {Switch.Key.PAUSE_SENDING, Switch.Key.READ_ONLY}


def number(key: Switch.Key) -> int:
    """What stands for the switch in the audit."""
    return list(Switch.Key).index(key)


def turn(key: Switch.Key, on: bool, *, by: User | None, now: datetime, reason: str = "") -> Switch:
    """Turn a switch; writes an audit line when that changes it."""
    with transaction.atomic():
        switch, created = Switch.objects.select_for_update().get_or_create(key=key, defaults={"is_on": on})
        if created or switch.is_on != on:
            switch.is_on = on
            switch.save()
            audit.record_about(
                OBJECT_TYPE,
                number(key),
                "accounts.turn_switch",
                by=by,
                reason=reason,
                now=now,
                switch=key.value,
                on=on,
            )
        transaction.on_commit(_forget)
    return switch
