"""Letters that people carry, and what came back."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import LettersError
from letters.models import Dispatch, Letter, Release, Reply


@transaction.atomic
def record_dispatch(dispatch_id: int, *, evidence: str, by: User, now: datetime) -> Dispatch:
    """Note that a letter was delivered, with the evidence. Raises LettersError before its time or without evidence."""
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


@transaction.atomic
def record_reply(
    letter: Letter,
    *,
    kind: Reply.Kind,
    received_on: date,
    summaries: dict[str, str],
    visibility: Reply.Visibility = Reply.Visibility.PRIVATE,
    by: User,
    now: datetime,
) -> Reply:
    """Write down what came back for a letter that left. Raises LettersError."""
    if not Letter.objects.sent().filter(pk=letter.pk).exists():
        raise LettersError(_("This letter has not left yet, so nothing can have come back."))
    if received_on > timezone.localdate(now):
        raise LettersError(_("The day it was received lies ahead."))
    reply = Reply.objects.create(
        letter=letter,
        kind=kind,
        received_on=received_on,
        summaries=summaries,
        visibility=visibility,
        recorded_by=by,
        recorded_at=now,
    )
    audit.record("letters.record_reply", reply, by=by, now=now, letter=letter.pk, kind=str(kind))
    return reply
