"""Everything that happens in the demonstration is dated from the moment it is loaded."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Timeline:
    """Moments at office hours in Seoul, so many days before or after `now`."""

    def __init__(self, now: datetime):
        self.now = now
        self.today = now.astimezone(SEOUL).date()

    def ago(self, days: int, hour: int, minute: int = 0) -> datetime:
        """That hour, `days` whole days before today; from one day on it lies in the past at any time of day."""
        return datetime.combine(self.today - timedelta(days=days), time(hour, minute), tzinfo=SEOUL)

    def ahead(self, days: int, hour: int, minute: int = 0) -> datetime:
        return self.ago(-days, hour, minute)
