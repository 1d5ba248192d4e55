"""Letters that nobody answers become tasks, again after each span of silence; an answer ends them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.models import User
from campaigns.services.mails import write_notice
from letters.exceptions import LettersError
from letters.models import FollowUp, Letter, Release, Reply
from outbox.kinds import Kind, register

State = FollowUp.State
ANSWERS = [Reply.Kind.ANSWER, Reply.Kind.REFUSAL]
LONGEST = 730  # days
MOST = 8  # follow-ups of one letter
REMINDER = Kind("letters.follow_ups", may_repeat=True)
register(REMINDER)


def coalition_day(moment: datetime) -> date:
    """The day in the coalition's own time zone, whoever's page or worker asks."""
    return timezone.localdate(moment, ZoneInfo(settings.TIME_ZONE))


def open_follow_ups(*, now: datetime) -> int:
    """Open the tasks that are due, each once, and remind their owners; returns how many are new.

    After a pause of the clock only the latest span of a letter is made up for. Running twice adds nothing.
    """
    answered = Reply.objects.filter(letter=OuterRef("letter"), kind__in=ANSWERS)
    FollowUp.objects.open().filter(Exists(answered)).update(state=State.ANSWERED, done_at=now)
    opened = 0
    for batch in _batches(_due(now)):
        opened += _open(batch, now)
    for owner_id in (
        FollowUp.objects.open()
        .filter(reminded_at=None, owner__is_active=True)
        .values_list("owner", flat=True)
        .order_by("owner")
        .distinct()
    ):
        _remind(owner_id, now)
    return opened


@transaction.atomic
def note_follow_up(follow_up_id: int, *, note: str, by: User, now: datetime) -> FollowUp:
    """Note what was done about the silence. Raises LettersError."""
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up_id)
    if follow_up.state != State.OPEN:
        raise LettersError(_("There is nothing to do here any more."))
    if not note.strip():
        raise LettersError(_("Write down what was done: a call, a new letter, a visit, or why nothing."))
    follow_up.state, follow_up.note, follow_up.done_at, follow_up.done_by = State.DONE, note.strip()[:500], now, by
    follow_up.save(update_fields=["state", "note", "done_at", "done_by"])
    audit.record("letters.note_follow_up", follow_up, by=by, now=now, letter=follow_up.letter_id)
    return follow_up


def end_follow_ups(letter_id: int, *, now: datetime) -> int:
    """An answer came: nothing is left to follow up. Returns how many tasks end."""
    return FollowUp.objects.open().filter(letter=letter_id).update(state=State.ANSWERED, done_at=now)


@transaction.atomic
def set_follow_up_days(release_id: int, *, days: Iterable[int], by: User, now: datetime) -> Release:
    """Other spans of silence for the letters of one release; tasks that are open stay. Raises LettersError."""
    wanted = sorted(set(days))
    if len(wanted) > MOST or any(not 1 <= number <= LONGEST for number in wanted):
        raise LettersError(_("Give at most eight numbers of days, each from 1 to 730."))
    release = Release.objects.select_for_update(of=["self"]).get(pk=release_id)
    release.follow_up_days = wanted
    release.save(update_fields=["follow_up_days"])
    audit.record("letters.set_follow_up_days", release, by=by, now=now, days=wanted)
    return release


def next_follow_up(letter: Letter, left_at: datetime, now: datetime) -> date | None:
    """The day on which silence becomes the next task; None after the last."""
    silent = (coalition_day(now) - coalition_day(left_at)).days
    ahead = [days for days in sorted(letter.release.follow_up_days) if days > silent]
    return coalition_day(left_at) + timedelta(days=ahead[0]) if ahead else None


def _due(now: datetime) -> Iterable[tuple[Letter, int]]:
    """Silent letters, each with the latest span that has passed and has no task yet."""
    today = coalition_day(now)
    answered = Reply.objects.filter(letter=OuterRef("pk"), kind__in=ANSWERS)
    letters: Any = Letter.objects.sent().filter(~Exists(answered), Q(("left_at__lte", now)), replaced_at=None)
    letters = letters.select_related("release__requested_by", "release__decided_by").annotate(
        followed=Max("follow_ups__after_days")
    )
    wanted = letters.only(
        *("pk", "release__follow_up_days", "release__requested_by__is_active", "release__requested_by__is_staff"),
        *("release__decided_by__is_active", "release__decided_by__is_staff"),
    )
    for letter in wanted.order_by("pk").iterator(chunk_size=500):
        silent = (today - coalition_day(letter.left_at)).days
        passed = [days for days in letter.release.follow_up_days if days <= silent]
        if passed and max(passed) > (letter.followed or 0):
            yield letter, max(passed)


def _batches(due: Iterable[tuple[Letter, int]], size: int = 500) -> Iterable[list[tuple[Letter, int]]]:
    found = list(due)
    return (found[start : start + size] for start in range(0, len(found), size))


@transaction.atomic
def _open(batch: list[tuple[Letter, int]], now: datetime) -> int:
    rows = [
        FollowUp(
            letter=letter,
            after_days=days,
            due_on=coalition_day(letter.left_at) + timedelta(days=days),  # type: ignore[attr-defined]
            owner=_owner(letter.release),
            created_at=now,
        )
        for letter, days in batch
    ]
    before = FollowUp.objects.count()
    FollowUp.objects.bulk_create(rows, ignore_conflicts=True)  # two beats at once open each task once
    later = FollowUp.objects.filter(letter=OuterRef("letter"), after_days__gt=OuterRef("after_days"))
    earlier = FollowUp.objects.open().filter(Exists(later), letter__in=[letter.pk for letter, _days in batch])
    earlier.update(state=State.PASSED, done_at=now)
    return FollowUp.objects.count() - before


def _owner(release: Release) -> User | None:
    """Whoever asked for the letters, else whoever approved them; nobody who has left."""
    for person in (release.requested_by, release.decided_by):
        if person and person.is_active and person.is_staff:
            return person
    return None


@transaction.atomic
def _remind(owner_id: int, now: datetime) -> None:
    """One mail about all that is new for this person."""
    owner = User.objects.select_for_update(of=["self"]).get(pk=owner_id)
    new = FollowUp.objects.open().filter(owner=owner, reminded_at=None)
    tasks = list(new.select_related("letter__recipient").order_by("due_on", "pk"))
    if not tasks:
        return
    with translation.override(owner.language):
        subject = ngettext(
            "%d letter has had no answer and waits for you",
            "%d letters have had no answer and wait for you",
            len(tasks),
        ) % len(tasks)
        lines = [
            _("%(office)s, reference %(reference)s: silent for %(days)d days.")
            % {"office": str(task.letter.recipient), "reference": task.letter.reference, "days": task.after_days}
            for task in tasks[:30]
        ]
        if len(tasks) > len(lines):
            lines.append(_("And %d more.") % (len(tasks) - len(lines)))
        lines.append(_("Call, write again, or note why not. An answer ends the task by itself."))
        why = _("You get this mail because you asked for these letters or approved them.")
    write_notice(
        owner.email,
        subject=subject,
        lines=lines,
        url=settings.SITE_URL + reverse("admin:letters_followup_changelist"),
        language=owner.language,
        key=f"follow-ups:{owner.pk}:{tasks[0].pk}-{max(task.pk for task in tasks)}",
        why=why,
        kind=REMINDER,
        about="follow-ups",
        now=now,
    )
    new.filter(pk__in=[task.pk for task in tasks]).update(reminded_at=now)
