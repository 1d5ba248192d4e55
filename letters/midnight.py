"""Public pages that count days: no copy of one lives into the next day."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from privacy.public import changes_at


def next_midnight(now: datetime) -> datetime:
    """The first moment of the day after, on the clock of the site."""
    return timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time()))


changes_at_midnight = changes_at(next_midnight)
