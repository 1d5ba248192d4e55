"""Held signatures: looking back when a limit was passed, and what moderators decide about each."""

import logging
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AuditEntry, User
from petitions.exceptions import PetitionsError
from petitions.models import LimitRule, ListEntry, Petition, Signature
from petitions.services import limits
from petitions.services.counting import note_changes
from petitions.services.defence import set_challenge
from petitions.services.signals import domain_hash

logger = logging.getLogger(__name__)

State = Signature.State
AT_ONCE = 1_000
CALM_FOR = timedelta(minutes=30)


class NothingToDecide(PetitionsError):
    """The signature is in no state in which this can be decided about it."""


# --- What moderators decide -----------------------------------------------------------------------
def release_signature(signature_id: int, *, by: User, now: datetime) -> None:
    """Let a held signature count; one that is not confirmed yet is suspected no more. Raises NothingToDecide."""

    def release(signature: Signature) -> None:
        if signature.state == State.HELD:
            signature.state = State.CONFIRMED
            note_changes([signature], +1)
        elif signature.state != State.PENDING or not signature.suspicion:
            raise NothingToDecide(_("This signature is not held."))
        signature.suspicion = ""

    _decide(signature_id, release, "petitions.release_signature", by=by, now=now)


def strike_signature(signature_id: int, *, reason: str, by: User, now: datetime) -> None:
    """Strike a signature out; it counts no more. Raises NothingToDecide."""

    def strike(signature: Signature) -> None:
        if signature.state not in {State.PENDING, State.HELD, State.CONFIRMED}:
            raise NothingToDecide(_("This signature cannot be struck out."))
        if signature.state == State.CONFIRMED:
            note_changes([signature], -1)
        signature.state, signature.state_before = State.INVALIDATED, signature.state

    _decide(signature_id, strike, "petitions.strike_signature", by=by, reason=reason, now=now)


def restore_signature(signature_id: int, *, reason: str, by: User, now: datetime) -> None:
    """Bring a signature that was struck out back to what it was. Raises NothingToDecide."""

    def restore(signature: Signature) -> None:
        if signature.state != State.INVALIDATED or not signature.state_before or signature.invalidated_by_id:
            raise NothingToDecide(_("This signature was not struck out by itself; a batch is undone as a whole."))
        bring_back(signature)
        if signature.state == State.CONFIRMED:
            note_changes([signature], +1)

    _decide(signature_id, restore, "petitions.restore_signature", by=by, reason=reason, now=now)


def bring_back(signature: Signature) -> None:
    """Set the state from before it was struck out; whoever was erased meanwhile stays erased."""
    was = State(signature.state_before)
    if signature.forgotten_at and signature.confirmed_at is None:
        was = State.ERASED
    signature.state, signature.state_before, signature.invalidated_by_id = was, "", None


def _decide(
    signature_id: int,
    decide: Callable[[Signature], None],
    act: str,
    *,
    by: User,
    reason: str = "",
    now: datetime,
) -> None:
    with transaction.atomic():
        rows = Signature.objects.select_related("petition").select_for_update(of=["self"], no_key=True)
        signature = rows.get(pk=signature_id)
        was = signature.state
        decide(signature)
        signature.save(update_fields=["state", "state_before", "suspicion", "invalidated_by"])
        audit.record(act, signature, by=by, reason=reason, now=now, was=was, state=signature.state)


# --- What the clock does --------------------------------------------------------------------------
def sweep(*, now: datetime) -> int:
    """Hold what came from a source before it passed a limit; returns how many signatures.

    What is confirmed counts no more until a moderator releases it; what is pending is held when it is confirmed.
    """
    total = 0
    for entry in ListEntry.objects.filter(swept_at=None, since__isnull=False).order_by("pk"):
        if entry.is_in_force(now):
            for keys in _chunks(_came_from(entry)):
                total += _suspect(keys, entry.reason.partition(":")[0])
        ListEntry.objects.filter(pk=entry.pk).update(swept_at=now)
    return total


def calm_challenges(*, now: datetime) -> int:
    """Stop asking for a proof of work where a limit began it and the rush is over; returns for how many petitions."""
    calmed = 0
    rules = list(
        LimitRule.objects.filter(scope=LimitRule.Scope.PETITION, action=LimitRule.Action.CHALLENGE, is_on=True)
    )
    for petition in Petition.objects.filter(challenge_since__lte=now - CALM_FOR).order_by("pk"):
        asked = AuditEntry.objects.filter(
            act="petitions.ask_challenge", object_type="petitions.petition", object_id=petition.pk
        ).order_by("-pk")
        last = asked.first()
        fitting = [rule for rule in rules if rule.petition_id in (None, petition.pk)]
        if last and last.by_id is None and all(limits.rate_of(r, petition, now) * 2 <= r.limit for r in fitting):
            set_challenge(petition.pk, False, by=None, now=now)
            calmed += 1
    return calmed


def _came_from(entry: ListEntry) -> QuerySet[Signature]:
    rows = Signature.objects.filter(state__in=[State.PENDING, State.CONFIRMED], suspicion="", kind="online")
    if entry.petition_id:
        rows = rows.filter(petition=entry.petition_id)
    if entry.subject == ListEntry.Subject.DOMAIN:
        source = Q(domain_hash=domain_hash(entry.domain))
    else:
        source = Q(network_hash=bytes(entry.hash)) | Q(network_range_hash=bytes(entry.hash))
    return rows.filter(source, created_at__gte=entry.since)


def _chunks(rows: QuerySet[Signature]) -> Iterator[list[int]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    yield from (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


@transaction.atomic
def _suspect(keys: Collection[int], reason: str) -> int:
    rows = Signature.objects.filter(pk__in=keys, state__in=[State.PENDING, State.CONFIRMED], suspicion="")
    found = list(rows.select_related("petition").select_for_update(of=["self"], no_key=True).order_by("pk"))
    counted = [signature for signature in found if signature.state == State.CONFIRMED]
    note_changes(counted, -1)
    Signature.objects.filter(pk__in=[row.pk for row in counted]).update(state=State.HELD)
    return Signature.objects.filter(pk__in=[row.pk for row in found]).update(suspicion=reason)
