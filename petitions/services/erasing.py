"""Erasing a supporter at their own request."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings

from petitions.models import ConsentChange, Signature
from petitions.models.signature import SignatureQuerySet
from petitions.services.cleaning import NOBODY, closed_before
from petitions.services.counting import note_changes
from petitions.services.handing_over import names_taken_back
from petitions.services.writing import NO_SLOT
from privacy import tokens

State = Signature.State


def signatures_of(person: bytes, written_until: datetime) -> SignatureQuerySet:
    """The signatures of an address that still say more than its fingerprint."""
    return Signature.objects.filter(address_fingerprint=person, created_at__lte=written_until, forgotten_at=None)


def erase_signatures(person: bytes, written_until: datetime, now: datetime) -> int:
    """Leave of each signature the petition, its dates and, while that still takes signatures, the fingerprint.

    A confirmed one no longer counts. One that staff struck out stays so. Call it in a transaction.
    """
    found = signatures_of(person, written_until).select_for_update(of=["self"], no_key=True)
    signatures = list(found.select_related("petition").order_by("pk"))
    closed = set(
        Signature.objects.filter(
            closed_before(now - settings.CONFIRMATION_GRACE), pk__in=[row.pk for row in signatures]
        )
        .order_by()
        .values_list("pk", flat=True)
    )
    ConsentChange.objects.filter(signature__in=signatures).delete()
    names_taken_back([row.pk for row in signatures], now=now)
    for signature in signatures:
        if signature.state == State.CONFIRMED:
            note_changes([signature], -1)
        changes: dict[str, Any] = {
            **NOBODY,
            "address_fingerprint": None if signature.pk in closed else person,
            "name_slot": NO_SLOT if signature.pk in closed else signature.name_slot,  # two of one address stay two
            "nonce": tokens.new_nonce(),
            "country": "",
            "language": "",
            "state": State.INVALIDATED if signature.state == State.INVALIDATED else State.ERASED,
            "confirmed_at": None,
            "suspicion": "",  # whoever comes back is somebody new
            "forgotten_at": now,
        }
        Signature.objects.filter(pk=signature.pk).update(**changes)
    return len(signatures)


def known_persons() -> Iterator[bytes]:
    """The fingerprints of everybody of whom more is kept."""
    rows = Signature.objects.filter(forgotten_at=None, address_fingerprint__isnull=False)
    for fingerprint in rows.values_list("address_fingerprint", flat=True).iterator():
        if fingerprint is not None:
            yield bytes(fingerprint)
