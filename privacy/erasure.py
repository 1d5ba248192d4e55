"""Erasing a person: one service, with which every room registers what it holds of somebody with an address.

A room registers its erasers in its module `personal_data`, which its `ready()` imports.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from privacy.addresses import canonical, normalize
from privacy.fingerprints import address_fingerprint, fingerprint
from privacy.models import ErasureRecord

# Sent in the transaction of an erasure, with record, by, reason, counts and now.
person_erased = Signal()


class ErasureRefused(Exception):
    """This person cannot be erased now; the message says what to do instead."""


@dataclass(frozen=True)
class Eraser:
    """What one kind of data is to a person.

    `find` returns how many rows `erase` would change; both look at what was written up to a moment only, so that a
    restored backup can be erased again without touching what came later. `erase` returns how many it changed and keeps
    no more of the person than the room has to. `known` yields the fingerprint of everybody the room knows. `refusal`
    is why this person cannot be erased now, or "".
    """

    name: str  # "petitions.signatures"
    title: str | Promise
    find: Callable[[bytes, datetime], int]
    erase: Callable[[bytes, datetime, datetime], int]  # fingerprint, written up to, now
    known: Callable[[], Iterator[bytes]]
    refusal: Callable[[bytes], str] = field(default=lambda fingerprint: "")


@dataclass(frozen=True)
class Report:
    """How many rows of each kind: (title, count), in the order of the rooms."""

    counts: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _title, count in self.counts)


_erasers: dict[str, Eraser] = {}


def register(eraser: Eraser) -> None:
    """Declare an eraser, once, from an app's `ready()`."""
    _erasers[eraser.name] = eraser


def erasers() -> list[Eraser]:
    return [_erasers[name] for name in sorted(_erasers)]


def fingerprint_of(address: str) -> bytes:
    """Of an address in any spelling. Raises InvalidAddress."""
    return address_fingerprint(canonical(normalize(address)))


def look_up(person: bytes, *, now: datetime) -> Report:
    """What an erasure would change. Raises ErasureRefused."""
    _check(person)
    return Report([(str(eraser.title), eraser.find(person, now)) for eraser in erasers()])


@transaction.atomic
def erase_person(person: bytes, *, by: Any, reason: str, now: datetime) -> Report:
    """Erase the person with this address fingerprint from every room, at once or not at all.

    `by` is the member of staff, None for a command. That it was done is remembered under a mark, also when nothing was
    found: a backup may hold more. Raises ErasureRefused.
    """
    if not reason.strip():
        raise ErasureRefused(_("Please write the reason."))
    _check(person)
    counts = {eraser.name: eraser.erase(person, now, now) for eraser in erasers()}
    record = ErasureRecord.objects.create(mark=mark_of(person), erased_at=now)
    person_erased.send(sender=ErasureRecord, record=record, by=by, reason=reason.strip(), counts=counts, now=now)
    return Report([(str(eraser.title), counts[eraser.name]) for eraser in erasers()])


@transaction.atomic
def replay(*, now: datetime) -> Report:
    """Erase again everybody who was erased before, as far as it was written before: for a restored backup.

    On a database that was not restored this changes nothing.
    """
    erased_at: dict[bytes, datetime] = {}
    for record in ErasureRecord.objects.order_by("erased_at"):
        erased_at[bytes(record.mark)] = record.erased_at
    counts = []
    for eraser in erasers():
        again = {person: erased_at[mark] for person in eraser.known() if (mark := mark_of(person)) in erased_at}
        done = sum(eraser.erase(person, written_until, now) for person, written_until in again.items())
        counts.append((str(eraser.title), done))
    return Report(counts)


def mark_of(person: bytes) -> bytes:
    """What the list of erasures knows a fingerprint by: keyed once more, so that it fits no row that is kept."""
    return fingerprint(person.hex(), purpose="erasure")


def _check(person: bytes) -> None:
    for eraser in erasers():
        if sentence := eraser.refusal(person):
            raise ErasureRefused(sentence)
