"""Which keys this database was written with, and the refusal to start with others."""

from datetime import datetime

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from privacy import crypto
from privacy.fingerprints import fingerprint
from privacy.models import KeyMark
from privacy.sealed import count_by_key, sealed_tables

FINGERPRINT_MARK_BYTES = 8


class KeysRefused(ImproperlyConfigured):
    """The keys do not fit what the database holds; the message says what to change in the environment."""


def check_format() -> None:
    """Look at the keys themselves, without a database. Raises ImproperlyConfigured or KeysRefused."""
    key_ids = crypto.key_ids()
    if len(set(key_ids)) < len(key_ids):
        raise KeysRefused("A key stands in PII_KEYS twice. Leave each in once, newest first.")
    fingerprint_mark()


@transaction.atomic
def check_keys(*, now: datetime) -> None:
    """Compare PII_KEYS and FINGERPRINT_KEY with the marks in the database; a new first key is marked here.

    Reads two small rows unless a key is missing or no key was marked yet; then it looks for values under the keys.
    Raises ImproperlyConfigured for a malformed key and KeysRefused for one that does not fit.
    """
    check_format()
    _check_fingerprint_key(now)
    key_ids = crypto.key_ids()
    marks = list(KeyMark.objects.filter(kind=KeyMark.Kind.PII).order_by("introduced_at", "pk"))
    if not marks:
        _mark_first(key_ids, now)
        return
    gone = [mark for mark in marks if bytes(mark.mark) not in key_ids]
    for mark in gone:
        _check_unused(mark, now)
    newest = max((mark for mark in marks if mark not in gone), key=marks.index, default=None)
    if newest is None or key_ids[0] not in {bytes(mark.mark) for mark in marks}:
        _mark(key_ids[0], now)
    elif bytes(newest.mark) != key_ids[0]:
        raise KeysRefused(
            f"PII_KEYS begins with key {key_ids[0].hex()}, which key {bytes(newest.mark).hex()} replaced on "
            f"{newest.introduced_at:%d %B %Y}. Put the newest key first."
        )
    elif newest.retired_at:  # a step back: what came after it was never used
        _mark(key_ids[0], now)


def retire_keys(*, now: datetime) -> list[bytes]:
    """Note which keys nothing stands under any more; returns those that may be taken out of PII_KEYS."""
    in_use = count_by_key()
    KeyMark.objects.filter(kind=KeyMark.Kind.PII, retired_at=None).exclude(
        mark__in=[crypto.current_key_id(), *in_use]
    ).update(retired_at=now)
    return [key_id for key_id in crypto.key_ids()[1:] if key_id not in in_use]


def fingerprint_mark() -> bytes:
    """What FINGERPRINT_KEY is recognised by."""
    return fingerprint("", purpose="mark of the key")[:FINGERPRINT_MARK_BYTES]


def _check_fingerprint_key(now: datetime) -> None:
    mark, _created = KeyMark.objects.get_or_create(
        kind=KeyMark.Kind.FINGERPRINT,
        defaults={"mark": fingerprint_mark(), "introduced_at": now},
    )
    if bytes(mark.mark) != fingerprint_mark():
        raise KeysRefused(
            "FINGERPRINT_KEY is not the one this database was made with: nobody would be found by their address, and "
            "people could sign twice. Set it back to the first one; it is never rotated."
        )


def _mark_first(key_ids: list[bytes], now: datetime) -> None:
    """The first start on this database, or the first with marks: everything it holds must be readable."""
    for key_id, count in count_by_key().items():
        if key_id not in key_ids:
            raise KeysRefused(_unreadable(key_id, count))
    for key_id in reversed(key_ids):
        _mark(key_id, now)


def _check_unused(mark: KeyMark, now: datetime) -> None:
    """A key that is no longer in PII_KEYS must not be needed. Raises KeysRefused."""
    if mark.retired_at:
        return
    key_id = bytes(mark.mark)
    if any(table.has_values_under(key_id) for table in sealed_tables()):
        raise KeysRefused(_unreadable(key_id, count_by_key()[key_id]))
    KeyMark.objects.filter(pk=mark.pk).update(retired_at=now)


def _mark(key_id: bytes, now: datetime) -> None:
    """Make it the newest of its kind, also if it was marked and retired before."""
    KeyMark.objects.update_or_create(
        kind=KeyMark.Kind.PII, mark=key_id, defaults={"introduced_at": now, "retired_at": None}
    )


def _unreadable(key_id: bytes, count: int) -> str:
    return (
        f"{count} values sealed under key {key_id.hex()} could not be read. Add that key back as the last of PII_KEYS; "
        "`manage.py rotate_pii_keys` says when it may go."
    )
