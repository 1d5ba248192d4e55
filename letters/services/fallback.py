"""What staff do when a letter cannot go as it was approved: the next channel of the office, or setting it aside."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import LettersError
from letters.mail import queue_letter
from letters.models import Dispatch, FailedWay, Letter, Release
from letters.models.letter import Progress
from letters.models.recipient import Channel
from letters.offices import missing_for
from letters.services.writing import CARRY_WITHIN
from letters.staleness import changes_since_approval
from outbox.models import Email
from outbox.services import cancel_emails

MAY_CHANGE = [Progress.TO_DISPATCH, Progress.FAILED, Progress.DISPATCHED]  # delivered, and it came back


def ways_left(letter: Letter) -> list[Channel]:
    """The other channels of the office, in their order; e-mail only where none was sent for this letter yet."""
    tried = {letter.channel, Channel.EMAIL} if letter.email_id else {letter.channel}
    return [way for way in letter.recipient.ways if way not in tried]


@transaction.atomic
def carry_on(letter_id: int, *, channel: str, what_happened: str, by: User, now: datetime) -> Letter:
    """Note that a channel failed, and let the same letter go by another. Its words stay; so does all evidence.

    A task is made anew for people, or an e-mail queued; neither before the moment that was agreed when it was approved.
    Raises LettersError.
    """
    locked = Letter.objects.select_for_update(of=["self"]).get(pk=letter_id)
    letter = Letter.objects.with_progress().select_related("recipient", "release", "email").get(pk=locked.pk)
    if letter.progress not in MAY_CHANGE or letter.replaced_at:  # type: ignore[attr-defined]
        raise LettersError(_("This letter is on its way or settled: its channel stays."))
    release = letter.release
    if release.is_cooling_off(now) or release.state != Release.State.APPROVED:
        raise LettersError(_("The cooling-off period is not over: this letter may still be stopped."))
    if not what_happened.strip():
        raise LettersError(_("Write down what happened: the form is gone, the envelope came back."))
    if channel not in ways_left(letter):
        raise LettersError(_("The office has no such channel, or it was tried already."))
    if missing := missing_for(letter.recipient, channel):
        raise LettersError(_("%(missing)s Enter it at the office first.") % {"missing": missing})
    former, dispatch = letter.channel, Dispatch.objects.filter(letter=letter).first()
    FailedWay.objects.create(
        letter=letter,
        channel=former,
        what_happened=what_happened.strip()[:500],
        evidence=dispatch.evidence if dispatch else "",
        done_at=dispatch.done_at if dispatch else None,
        noted_by=by,
        noted_at=now,
    )
    letter.channel = channel
    leaves_at = max(now, letter.planned_at or now)
    if channel == Channel.EMAIL:
        if changes := changes_since_approval(letter, on=timezone.localdate(now)):
            raise LettersError(" ".join([*changes, _("Set this letter aside and ask for a new one.")]))
        Dispatch.objects.filter(letter=letter).delete()
        letter.email = queue_letter(letter, due_at=leaves_at, now=now, to=letter.recipient.email)
    else:
        due_on = timezone.localdate(leaves_at + CARRY_WITHIN)
        Dispatch.objects.update_or_create(
            letter=letter, defaults={"due_on": due_on, "done_at": None, "done_by": None, "evidence": ""}
        )
    letter.save(update_fields=["channel", "email"])
    audit.record("letters.carry_on", letter, by=by, now=now, failed=str(former), channel=str(channel))
    return letter


@transaction.atomic
def set_aside(letter_id: int, *, reason: str, by: User, now: datetime) -> Letter:
    """Stop one letter that has not left, so that the office can be asked again; the others of its release go on.

    Raises LettersError for one that was delivered or that the mail server has begun to take.
    """
    Release.objects.select_for_update(of=["self"]).get(letters=letter_id)  # first, as whoever stops all of it does
    letter = Letter.objects.select_for_update(of=["self"]).get(pk=letter_id)
    if letter.email_id and letter.channel == Channel.EMAIL:
        cancel_emails(Email.objects.filter(pk=letter.email_id))
    here = Letter.objects.with_progress().in_progress(Progress.TO_DISPATCH, Progress.STOPPED)
    if letter.stopped_at or not here.filter(pk=letter.pk).exists():
        raise LettersError(_("Only a letter that has not left is set aside."))
    letter.stopped_at = now
    letter.save(update_fields=["stopped_at"])
    audit.record("letters.set_aside", letter, by=by, reason=reason, now=now)
    return letter
