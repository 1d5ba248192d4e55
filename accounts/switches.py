"""Reading and turning the switches of the site."""

from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from accounts import audit
from accounts.models import Switch, User

CACHE_KEY = "switches-on"
CACHE_SECONDS = 5  # how long another process may still go by the old state
OBJECT_TYPE = "accounts.switch"  # in the audit, where a switch is named by its place in Switch.Key


def keys_on() -> set[str]:
    """The switches that are on, at most CACHE_SECONDS old."""
    found = cache.get(CACHE_KEY)
    if found is None:
        found = list(Switch.objects.filter(is_on=True).values_list("key", flat=True))
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return set(found)


def is_on(key: Switch.Key) -> bool:
    """Whether the switch is on, at most CACHE_SECONDS old."""
    return key in keys_on()


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
        transaction.on_commit(lambda: cache.delete(CACHE_KEY))
    return switch
