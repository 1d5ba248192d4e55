"""What the privacy room itself keeps, and for how long."""

from datetime import UTC, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy import network
from privacy.models import ErasureRecord, NetworkKey, ThrottleLog
from privacy.retention import Clock, deleted, oldest, register


def _network_keys(before: datetime) -> QuerySet[NetworkKey]:
    return NetworkKey.objects.filter(day__lte=before.date())


def _oldest_network_key() -> datetime | None:
    day = NetworkKey.objects.order_by("day").values_list("day", flat=True).first()
    return datetime.combine(day, time(), UTC) if day else None


register(
    Clock(
        name="privacy.network_keys",
        title=_("Keys of network hashes"),
        what=_("The day's random key is deleted: what was made with it can no longer be compared with anything."),
        after=timedelta(days=network.KEPT_DAYS),
        since=_("after the beginning of the day"),
        act=lambda before: deleted(_network_keys(before)),
        count=lambda before: _network_keys(before).count(),
        oldest=_oldest_network_key,
    )
)
register(
    Clock(
        name="privacy.throttles",
        title=_("Throttle counters"),
        what=_("Counters that limit nobody any more are deleted. They hold hashes and times, no addresses."),
        after=timedelta(),
        since=_("after the last hit has run out"),
        act=lambda before: deleted(ThrottleLog.objects.filter(expires_at__lte=before)),
        count=lambda before: ThrottleLog.objects.filter(expires_at__lte=before).count(),
        oldest=lambda: oldest(ThrottleLog.objects.all(), "expires_at"),
    )
)
register(
    Clock(
        name="privacy.erasures",
        title=_("List of erasures"),
        what=_("The keyed mark of an erased person is deleted. Older backups may not be restored after that."),
        after=timedelta(days=400),
        since=_("after the erasure"),
        act=lambda before: deleted(ErasureRecord.objects.filter(erased_at__lte=before)),
        count=lambda before: ErasureRecord.objects.filter(erased_at__lte=before).count(),
        oldest=lambda: oldest(ErasureRecord.objects.all(), "erased_at"),
    )
)
