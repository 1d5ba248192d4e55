"""What a signatory does with what they signed: change it, take it back, stop the mails, erase it."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from outbox.services import refuse_unasked
from petitions import notices
from petitions.exceptions import FormIsStale, SignatureStruckOut
from petitions.models import ConsentChange, ConsentNotice, Signature
from petitions.models.signature import SignatureQuerySet
from petitions.notices import Purpose
from petitions.services.cleaning import forget_mails
from petitions.services.counting import note_changes
from petitions.services.handing_over import names_taken_back
from petitions.services.updating import stop_updates_to
from privacy import erasure

State = Signature.State
STANDING = {State.PENDING, State.HELD, State.CONFIRMED}  # what can be changed and withdrawn
REASON = "The person asked for it, by the link of a mail to that address."  # for the audit, which is in English


def signatures_of(signature: Signature) -> SignatureQuerySet:
    """Everything that the address of this signature signed, oldest first, with all that the personal page shows."""
    found = Signature.objects.filter(pk=signature.pk)
    if signature.address_fingerprint is not None:
        found = Signature.objects.filter(address_fingerprint=signature.address_fingerprint, forgotten_at=None)
    return (
        found.select_related(
            "petition", "consent_show_name", "consent_handover", "consent_updates", "partner__organization"
        )
        .prefetch_related("petition__texts", "consent_changes__notice")
        .order_by("pk")
    )


def state_digest(*signatures: Signature) -> str:
    """SHA-256 over how these signatures stand, carried by each form: what was changed since then is not undone."""
    stand = [
        [row.pk, row.state, row.said_digest, row.language, row.created_at.isoformat(), str(row.confirmed_at)]
        for row in signatures
    ]
    return hashlib.sha256(json.dumps(stand).encode()).hexdigest()


@transaction.atomic
def change_signature(
    signature_id: int,
    *,
    shown: str,
    show_name: str,
    alias: str,
    show_country: bool,
    consent_handover: bool,
    consent_updates: bool,
    language: str,
    withdraw_comment: bool,
    read_in: str,
    now: datetime,
) -> Signature:
    """Change what a signatory may choose, and note each consent given or taken back.

    `shown` is the state_digest of the form, `read_in` the language of its page: a new consent is to the words that
    stood there, one that stays is to the words it was given to. Raises FormIsStale or SignatureStruckOut.
    """
    signature = _locked(signature_id, shown)
    was_shown = (signature.show_name, signature.alias)
    signature.show_name, signature.alias, signature.show_country = show_name, alias, show_country
    signature.language = language
    if withdraw_comment:
        signature.comment, signature.comment_state = "", Signature.CommentState.NONE
    is_shown = show_name != Signature.ShowName.PRIVATE
    _set_consent(
        signature, Purpose.SHOW_NAME, is_shown, read_in, now, renew=is_shown and was_shown != (show_name, alias)
    )
    _set_consent(signature, Purpose.HANDOVER, consent_handover, read_in, now)
    _set_consent(signature, Purpose.UPDATES, consent_updates, read_in, now)
    chosen = ["show_name", "alias", "show_country", "language", "comment", "comment_state"]
    signature.save(update_fields=[*chosen, *(_column(purpose) for purpose in Purpose)])
    if not consent_handover:
        names_taken_back([signature.pk], now=now)
    return signature


@transaction.atomic
def withdraw_signature(signature_id: int, *, shown: str, now: datetime) -> Signature:
    """Take a signature back: it counts no more, stands on no list, and all its consents end.

    Signing again revives it, once that is confirmed. Raises FormIsStale or SignatureStruckOut.
    """
    signature = _locked(signature_id, shown)
    if signature.state == State.CONFIRMED:
        note_changes([signature], -1)
    signature.state = State.WITHDRAWN
    signature.show_name, signature.alias, signature.show_country = Signature.ShowName.PRIVATE, "", False
    for purpose in Purpose:
        _set_consent(signature, purpose, False, signature.language, now)
    changed = ["state", "show_name", "alias", "show_country", *(_column(purpose) for purpose in Purpose)]
    signature.save(update_fields=changed)
    names_taken_back([signature.pk], now=now)
    return signature


@transaction.atomic
def stop_updates(signature_id: int, *, now: datetime) -> None:
    """Take back the consent to updates. A second time changes nothing."""
    signature = Signature.objects.select_for_update(no_key=True).filter(pk=signature_id).first()
    if signature is not None and signature.consent_updates_id is not None:
        _set_consent(signature, Purpose.UPDATES, False, signature.language, now)
        signature.save(update_fields=[_column(Purpose.UPDATES)])


@transaction.atomic
def disown_signature(signature_id: int, *, now: datetime) -> bool:
    """Delete a pending signature that its address never gave, and write the address nothing unasked about it again.

    What its mails say goes too. Returns False, and changes nothing, for one that is pending no more.
    """
    signature = Signature.objects.pending().select_for_update().filter(pk=signature_id).first()
    if signature is None or signature.address_fingerprint is None:
        return False
    refuse_unasked(bytes(signature.address_fingerprint), f"petition:{signature.petition_id}", now=now)
    forget_mails([signature.pk])  # one that is being sent just now leads to a link that is dead
    signature.delete()
    return True


@transaction.atomic
def erase_everything(signature: Signature, *, shown: str, now: datetime) -> None:
    """Erase the owner of this signature's address from every room.

    `shown` is the state_digest of all that the page listed. Raises FormIsStale or privacy.erasure.ErasureRefused.
    """
    found = signatures_of(signature)
    locked = found.select_for_update(of=["self"], no_key=True)
    if shown != state_digest(*locked):
        raise _stale()
    assert signature.address_fingerprint is not None, "whoever is forgotten has no link"
    erasure.erase_person(bytes(signature.address_fingerprint), by=None, reason=REASON, now=now)


def _locked(signature_id: int, shown: str) -> Signature:
    rows = Signature.objects.select_related("petition")
    signature = rows.select_for_update(of=["self"], no_key=True).filter(pk=signature_id).first()
    if signature is None or shown != state_digest(signature):
        raise _stale()
    if signature.state not in STANDING:
        raise SignatureStruckOut(_("This signature no longer counts."))
    return signature


def _stale() -> FormIsStale:
    return FormIsStale(
        _("Something was changed after you opened this page, so nothing was done. This is how it stands now.")
    )


def _column(purpose: str) -> str:
    return f"consent_{purpose}"


def _set_consent(
    signature: Signature, purpose: Purpose, given: bool, read_in: str, now: datetime, *, renew: bool = False
) -> None:
    """Give or take back one consent on this row, unsaved, with a line of the ledger where something changes."""
    before: ConsentNotice | None = getattr(signature, _column(purpose))
    if (before is not None) == given and not renew:
        return
    after = notices.notice(purpose, read_in, now) if given else None
    setattr(signature, _column(purpose), after)
    if purpose == Purpose.UPDATES and not given:
        stop_updates_to(signature)
    line: dict[str, Any] = {"signature": signature, "purpose": purpose, "at": now}
    ConsentChange.objects.create(**line, given=given, notice=after or before)
