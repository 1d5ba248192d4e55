"""Batches: signatures struck out together by a condition, looked at first, stopped in the middle, brought back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Max, Q, Value, When
from django.utils.translation import gettext as _

from accounts import audit
from accounts.exceptions import ReasonMissing
from accounts.models import User
from petitions.exceptions import PetitionsError, TransitionRefused
from petitions.models import InvalidationBatch, Petition, Signature
from petitions.models.signature import SignatureQuerySet
from petitions.services.counting import note_changes
from petitions.services.signals import domain_hash

State = Signature.State
Step = InvalidationBatch.State
AT_ONCE = 1_000
SAMPLE = 20
CONDITIONS = frozenset({"network", "range", "domain", "from", "until", "country", "suspicion"})
STANDING = [State.PENDING, State.HELD, State.CONFIRMED]  # what can be struck out


class EmptyCondition(PetitionsError):
    """Without a condition a batch would strike out a whole petition."""


def matching(petition_id: int, condition: Mapping[str, Any]) -> SignatureQuerySet:
    """The signatures that still stand and meet every part of the condition.

    `network` and `range` are hashes in hex, `domain` a mail domain, `from` and `until` moments in ISO form (the second
    is not included any more), `country` a code ("none": not said), `suspicion` the name of a rule.
    """
    rows = Signature.objects.filter(petition=petition_id, state__in=STANDING, kind="online")
    for key, value in condition.items():
        rows = rows.filter(_part(key, value))
    return rows


def _part(key: str, value: str) -> Q:
    if key == "network":
        return Q(network_hash=bytes.fromhex(value))
    if key == "range":
        return Q(network_range_hash=bytes.fromhex(value))
    if key == "domain":
        return Q(domain_hash=domain_hash(value))
    if key == "from":
        return Q(created_at__gte=datetime.fromisoformat(value))
    if key == "until":
        return Q(created_at__lt=datetime.fromisoformat(value))
    if key == "country":
        return Q(country="" if value == "none" else value)
    if key == "suspicion":
        return Q(suspicion__contains=value) if value != "any" else ~Q(suspicion="")
    raise ValueError(key)


@transaction.atomic
def preview_batch(
    petition: Petition, condition: Mapping[str, Any], *, reason: str, by: User, now: datetime
) -> InvalidationBatch:
    """Keep a condition and how many signatures meet it now; nothing is struck out.

    What is signed afterwards is not part of it. Raises EmptyCondition or ReasonMissing.
    """
    if not condition:
        raise EmptyCondition(_("Please choose at least one condition: a whole petition is not struck out."))
    if not reason.strip():
        raise ReasonMissing
    rows = matching(petition.pk, condition)
    batch = InvalidationBatch.objects.create(
        petition=petition,
        condition=dict(condition),
        reason=reason,
        matched=rows.count(),
        up_to=rows.aggregate(newest=Max("pk"))["newest"] or 0,
        by=by,
        at=now,
    )
    audit.record("petitions.preview_invalidationbatch", batch, by=by, reason=reason, now=now, matched=batch.matched)
    return batch


def rows_of(batch: InvalidationBatch) -> SignatureQuerySet:
    """What the batch has still to strike out."""
    return matching(batch.petition_id, batch.condition).filter(pk__lte=batch.up_to)


def begin_batch(batch_id: int, *, by: User, now: datetime) -> None:
    """Let the worker strike out what the preview showed. Raises TransitionRefused."""
    _move(batch_id, {Step.PREVIEW}, Step.RUNNING, "petitions.run_invalidationbatch", by=by, now=now)


def cancel_batch(batch_id: int, *, by: User, now: datetime) -> None:
    """Stop where it is; what is struck out stays so until it is undone. Raises TransitionRefused."""
    _move(batch_id, {Step.RUNNING}, Step.CANCELLED, "petitions.cancel_invalidationbatch", by=by, now=now)


def undo_batch(batch_id: int, *, by: User, now: datetime) -> None:
    """Let the worker bring back every signature of the batch to what it was. Raises TransitionRefused."""
    _move(batch_id, {Step.DONE, Step.CANCELLED}, Step.UNDOING, "petitions.undo_invalidationbatch", by=by, now=now)


def work_off_batch(batch_id: int, *, now: datetime) -> int:
    """Do what the batch has left to do, AT_ONCE signatures a transaction; returns how many it moved.

    May be killed at any moment and begun again, by several workers too: each looks at the batch under its lock.
    """
    total = 0
    while moved := _work(batch_id, now):
        total += moved
    return total


def unfinished_batches() -> list[int]:
    return list(
        InvalidationBatch.objects.filter(state__in=[Step.RUNNING, Step.UNDOING])
        .order_by("pk")
        .values_list("pk", flat=True)
    )


@transaction.atomic
def _move(batch_id: int, allowed: set[Any], state: Any, act: str, *, by: User, now: datetime) -> None:
    batch = InvalidationBatch.objects.select_for_update(of=["self"]).get(pk=batch_id)
    if batch.state not in allowed:
        raise TransitionRefused(_("This batch is in another state by now. Please look again."))
    was, batch.state, batch.cursor = batch.state, state, 0
    batch.save(update_fields=["state", "cursor"])
    audit.record(act, batch, by=by, now=now, was=was, state=state)


@transaction.atomic
def _work(batch_id: int, now: datetime) -> int:
    batch = InvalidationBatch.objects.select_for_update(of=["self"]).select_related("petition").get(pk=batch_id)
    if batch.state == Step.RUNNING:
        return _strike(batch, now)
    if batch.state == Step.UNDOING:
        return _bring_back(batch, now)
    return 0


def _locked(rows: SignatureQuerySet, batch: InvalidationBatch) -> list[Signature]:
    """The next rows, with what a count is made of and nothing that would have to be decrypted."""
    needed = [
        "pk",
        "petition_id",
        "state",
        "state_before",
        "confirmed_at",
        "forgotten_at",
        "country",
        "kind",
        "partner_id",
    ]
    found = list(rows.filter(pk__gt=batch.cursor).order_by("pk").only(*needed).select_for_update(no_key=True)[:AT_ONCE])
    for signature in found:
        signature.petition = batch.petition
    return found


def _strike(batch: InvalidationBatch, now: datetime) -> int:
    found = _locked(rows_of(batch), batch)
    if not found:
        return _finish(batch, Step.DONE, now)
    note_changes([row for row in found if row.state == State.CONFIRMED], -1)
    Signature.objects.filter(pk__in=[row.pk for row in found]).update(
        state_before=F("state"), state=State.INVALIDATED, invalidated_by=batch
    )
    return _advance(batch, found, len(found))


def _bring_back(batch: InvalidationBatch, now: datetime) -> int:
    found = _locked(Signature.objects.filter(invalidated_by=batch), batch)
    if not found:
        return _finish(batch, Step.UNDONE, now)
    erased = Q(forgotten_at__isnull=False, confirmed_at=None)  # at the person's request, while it was struck out
    counted = [row for row in found if row.state_before == State.CONFIRMED and row.confirmed_at]
    note_changes(counted, +1)
    Signature.objects.filter(pk__in=[row.pk for row in found]).update(
        state=Case(When(erased, then=Value(State.ERASED.value)), default=F("state_before")),
        state_before="",
        invalidated_by=None,
    )
    return _advance(batch, found, -len(found))


def _advance(batch: InvalidationBatch, found: list[Signature], change: int) -> int:
    batch.cursor, batch.struck = found[-1].pk, max(0, batch.struck + change)
    batch.save(update_fields=["cursor", "struck"])
    return len(found)


def _finish(batch: InvalidationBatch, state: Any, now: datetime) -> int:
    was, batch.state = batch.state, state
    batch.save(update_fields=["state"])
    audit.record(
        "petitions.finish_invalidationbatch", batch, by=None, now=now, was=was, state=state, struck=batch.struck
    )
    return 0
