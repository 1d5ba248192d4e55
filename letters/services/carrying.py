"""Letters that people carry."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import LettersError
from letters.models import Dispatch, Release
from letters.services.proving import cleaned, keep_proof


def record_dispatch(dispatch_id: int, *, evidence: str, by: User, now: datetime, proof: bytes = b"") -> Dispatch:
    """Note that a letter was delivered, with the evidence in words, and a file where there is one.

    Raises LettersError before its time, without evidence, or for a file that is not kept; then nothing is noted.
    """
    clean = cleaned(proof) if proof else None
    with transaction.atomic():
        dispatch = _record(dispatch_id, evidence=evidence, by=by, now=now)
        if clean:
            keep_proof(dispatch.letter_id, clean, by=by, now=now)
    return dispatch


def _record(dispatch_id: int, *, evidence: str, by: User, now: datetime) -> Dispatch:
    dispatch = Dispatch.objects.select_for_update(of=["self"]).select_related("letter__release").get(pk=dispatch_id)
    release = dispatch.letter.release
    if dispatch.done_at or dispatch.letter.stopped_at:
        raise LettersError(_("This delivery is settled already."))
    if release.is_cooling_off(now) or release.state != Release.State.APPROVED:
        raise LettersError(_("The cooling-off period is not over: this letter may still be stopped."))
    if not dispatch.letter.may_leave(now):
        raise LettersError(_("This letter leaves later: its day and time were agreed when it was approved."))
    if not evidence.strip():
        raise LettersError(_("Write down the evidence: a tracking number, a name on the receipt, a form number."))
    dispatch.done_at, dispatch.done_by, dispatch.evidence = now, by, evidence.strip()
    dispatch.save(update_fields=["done_at", "done_by", "evidence"])
    audit.record("letters.record_dispatch", dispatch, by=by, now=now)
    return dispatch
