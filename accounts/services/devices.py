"""Browsers in which somebody has signed in completely before."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import KnownDevice, User
from privacy import tokens

PURPOSE = "known-device"
DEVICES_PER_USER = 10  # the oldest gives way
DEVICE_LIFETIME = timedelta(days=400)  # without a sign-in; no browser keeps a cookie longer


def devices_of(shown: Iterable[str]) -> dict[str, KnownDevice]:
    """Which of these tokens stand for a device; asked in one question, whatever they are."""
    candidates = [(token, row_id) for token in shown for row_id in tokens.row_ids(token)]
    rows = KnownDevice.objects.select_related("user").in_bulk([row_id for _token, row_id in candidates])
    return {
        token: rows[row_id]
        for token, row_id in candidates
        if row_id in rows and tokens.matches(token, PURPOSE, row_id, bytes(rows[row_id].nonce))
    }


@transaction.atomic
def know_device(user: User, device: KnownDevice | None, *, now: datetime) -> str:
    """The token for a browser in which this person has just signed in; `device` is what it was known as."""
    if device is None:
        device = KnownDevice.objects.create(user=user, nonce=tokens.new_nonce(), known_since=now, last_used_at=now)
        newest = user.known_devices.order_by("-last_used_at", "-pk").values_list("pk", flat=True)
        user.known_devices.exclude(pk__in=list(newest[:DEVICES_PER_USER])).delete()
    else:
        KnownDevice.objects.filter(pk=device.pk).update(last_used_at=now)
    return tokens.make(PURPOSE, device.pk, bytes(device.nonce))
