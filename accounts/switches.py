"""Reading and turning the switches of the site."""

from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from accounts.models import AuditEntry, Switch, User

CACHE_KEY = "switches-on"
CACHE_SECONDS = 5  # how long another process may still go by the old state


def is_on(key: Switch.Key) -> bool:
    """Whether the switch is on, at most CACHE_SECONDS old."""
    keys_on = cache.get(CACHE_KEY)
    if keys_on is None:
        keys_on = set(Switch.objects.filter(is_on=True).values_list("key", flat=True))
        cache.set(CACHE_KEY, keys_on, CACHE_SECONDS)
    return key in keys_on


def turn(key: Switch.Key, on: bool, *, by: User | None, now: datetime, reason: str = "") -> Switch:
    """Turn a switch; writes an audit line when that changes it."""
    with transaction.atomic():
        switch, created = Switch.objects.select_for_update().get_or_create(key=key, defaults={"is_on": on})
        if created or switch.is_on != on:
            switch.is_on = on
            switch.save()
            AuditEntry.objects.create(
                at=now,
                by=by,
                act="accounts.turn_switch",
                object_type="accounts.switch",
                object_id=list(Switch.Key).index(key),
                reason=reason,
                details={"switch": key.value, "on": on},
            )
        transaction.on_commit(lambda: cache.delete(CACHE_KEY))
    return switch
