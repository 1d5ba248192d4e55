"""What a release does when its text does something: the embargo moves, or the text is withdrawn.

The room of the text calls these in its own transaction; this room knows the text only by what it was told.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from letters.copies import Digests, Refusal, digest_copies
from letters.models import Letter, Release
from letters.models.letter import LetterQuerySet
from letters.services.deciding import stop_what_is_here
from letters.services.writing import in_turn
from letters.timing import day_of_the_letters, leaving
from outbox.models import Email

OPEN = (Release.State.REQUESTED, Release.State.APPROVED)


@transaction.atomic
def text_withdrawn(about: str, *, now: datetime, reason: str = "") -> int:
    """Stop every letter about this text that has not left; returns how many releases were touched."""
    touched = 0
    for release in _open(about):
        if release.state == Release.State.APPROVED and not _waiting(release).exists():
            continue  # all of it left: there is nothing to stop
        stopped = stop_what_is_here(release, now=now)
        audit.record("letters.stop_with_text", release, by=None, reason=reason, now=now, stopped=stopped)
        touched += 1
    return touched


@transaction.atomic
def text_public_at(about: str, moment: datetime, *, now: datetime) -> int:
    """The text becomes public at another moment; returns how many releases were touched.

    A release that waits for a second person moves with it, and so do approved letters when the moment comes earlier,
    never before their cooling-off ends. When it comes later, what was approved is stopped: somebody agreed to
    another day.
    """
    touched = 0
    for release in _open(about):
        if release.not_before == moment:
            continue
        before, release.not_before = release.not_before, moment
        if release.state == Release.State.REQUESTED:
            _date_anew(release, now)
        elif not _waiting(release).exists():
            continue
        elif before is None or moment > before:
            stopped = stop_what_is_here(release, now=now)
            reason = _("The text becomes public later than was agreed.")
            audit.record("letters.stop_with_text", release, by=None, reason=reason, now=now, stopped=stopped)
        else:
            _move_letters(release)
        release.save(update_fields=["not_before", "dated_on", "copies_digest", "copy_digests", "state"])
        audit.record("letters.move_with_text", release, by=None, now=now, not_before=moment.isoformat())
        touched += 1
    return touched


def _open(about: str) -> list[Release]:
    return list(Release.objects.select_for_update(of=["self"]).filter(about=about, state__in=OPEN).order_by("pk"))


def _waiting(release: Release) -> LetterQuerySet:
    """Letters of an approved release that are still here."""
    here = [Email.State.QUEUED, Email.State.SENDING]
    still_here = Q(email__state__in=here) | Q(dispatch__isnull=False, dispatch__done_at=None)
    return Letter.objects.filter(still_here, release=release, stopped_at=None)


def _date_anew(release: Release, now: datetime) -> None:
    """Print another day on the copies; only where they are still those that were previewed, day aside."""
    day = day_of_the_letters(leave_on=release.leave_on, not_before=release.not_before, now=now)
    if day == release.dated_on:
        return
    before, _refusals = _digests(release, now)
    if before.of_all != release.copies_digest:
        return  # something else changed too: the second person is told, and sends it back
    release.dated_on = day
    after, refusals = _digests(release, now)
    if not refusals:
        release.copies_digest, release.copy_digests = after.of_all, after.by_recipient


def _digests(release: Release, now: datetime) -> tuple[Digests, list[Refusal]]:
    return digest_copies(release, in_turn(release.recipients.all()), on=timezone.localdate(now))


def _move_letters(release: Release) -> None:
    """Reckon anew when the letters leave that are still here."""
    assert release.send_at is not None
    letters = list(_waiting(release).select_related("recipient").defer("copy"))
    for letter in letters:
        letter.leaves_at = leaving(release, letter.recipient, cooled_at=release.send_at).at
    Letter.objects.bulk_update(letters, ["leaves_at"], batch_size=500)
    moved = Email.objects.filter(letter__release=release, letter__stopped_at=None, state=Email.State.QUEUED)
    moved.update(due_at=Subquery(Letter.objects.filter(email=OuterRef("pk")).values("leaves_at")))
