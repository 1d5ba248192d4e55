"""When each letter of a release leaves: a column of the letter, reckoned once, never before the cooling-off ends."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from letters.models import Recipient, Release
from letters.zones import zone_of


@dataclass(frozen=True)
class Leaving:
    """One letter's moment. `is_late`: the time of day that was wished had passed, so that it leaves at once."""

    at: datetime  # aware, UTC
    zone: ZoneInfo  # by which its office reads the clock
    zone_is_known: bool
    is_late: bool = False

    @property
    def local(self) -> datetime:
        return self.at.astimezone(self.zone)


def leaving(release: Release, recipient: Recipient, *, cooled_at: datetime) -> Leaving:
    """When the letter to this office leaves, if the cooling-off period ends at `cooled_at`.

    At the time of day that was wished, by the office's own clocks; not before the text is public. An office whose
    zone nobody knows goes by the site's.
    """
    known = zone_of(recipient)
    zone = known or ZoneInfo(settings.TIME_ZONE)
    earliest = max(cooled_at, release.not_before) if release.not_before else cooled_at
    wished = wall_clock(release.leave_on, release.leave_time, zone) if release.leave_on and release.leave_time else None
    at = max(earliest, wished) if wished else earliest
    return Leaving(at, zone, known is not None, is_late=wished is not None and wished < earliest)


def wall_clock(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment when the clocks there show this; in an hour they jump over, as long after it as the jump is.

    Where the hour comes twice, the first time.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def day_of_the_letters(*, leave_on: date | None, not_before: datetime | None, now: datetime) -> date:
    """The date that is printed on the letters: the day they leave."""
    days = [timezone.localdate(now)]
    if leave_on:
        days.append(leave_on)
    if not_before:
        days.append(timezone.localdate(not_before))
    return max(days)


def has_passed_everywhere(day: date, at: time, now: datetime) -> bool:
    """Whether the clocks show a later time in every zone there is."""
    return datetime.combine(day, at, tzinfo=UTC) + timedelta(hours=12) < now
