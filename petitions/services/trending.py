"""The last hours of a petition in figures: how fast it is signed, and from where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django_countries import countries as named

from petitions.models import Petition, Signature
from privacy.addresses import canonical

State = Signature.State
SLOTS = timedelta(minutes=10), timedelta(hours=1)  # of a few hours, and of more than SHORT
SHORT = 6  # hours
TOP = 8
LARGEST = 20_000  # signatures looked at one by one for the slots


@dataclass(frozen=True)
class Source:
    """One place that signatures came from; `sample` is the newest of them, to begin a condition with."""

    label: str
    count: int
    held: int
    sample: int


@dataclass(frozen=True)
class Trend:
    """`slots`: (beginning, signatures), oldest first, each `slot` long, also the empty ones."""

    total: int
    unconfirmed: int
    held: int
    struck: int
    slot: timedelta
    slots: list[tuple[datetime, int]]
    networks: list[Source]
    ranges: list[Source]
    domains: list[Source]
    countries: list[Source]
    suspicions: list[Source]

    @property
    def is_hourly(self) -> bool:
        return self.slot == SLOTS[1]

    @property
    def busiest(self) -> int:
        return max((count for _at, count in self.slots), default=0)


def trend(petition: Petition, *, hours: int, names_domains: bool, now: datetime) -> Trend:
    """The trend of the last `hours`, in seven queries. Domains are named, out of one address each, for few only."""
    since = now - timedelta(hours=hours)
    rows = Signature.objects.filter(
        petition=petition, created_at__gt=since, created_at__lte=now, kind="online"
    ).order_by()
    totals = rows.aggregate(
        total=Count("pk"),
        unconfirmed=Count("pk", filter=Q(state=State.PENDING)),
        held=Count("pk", filter=~Q(suspicion="") & Q(state__in=[State.HELD, State.PENDING])),
        struck=Count("pk", filter=Q(state=State.INVALIDATED)),
    )
    networks, ranges, domains, countries, suspicions = (
        list(
            rows.exclude(**{f"{name}__isnull": True})
            .values_list(name)
            .annotate(n=Count("pk"), held=Count("pk", filter=~Q(suspicion="")), newest=Max("pk"))
            .order_by("-n", "-newest")[:TOP]
        )
        for name in ("network_hash", "network_range_hash", "domain_hash", "country", "suspicion")
    )
    slot = SLOTS[hours > SHORT]
    return Trend(
        **totals,
        slot=slot,
        slots=_slots(list(rows.order_by("-pk").values_list("created_at", flat=True)[:LARGEST]), slot, since, now),
        networks=_sources(networks),
        ranges=_sources(ranges),
        domains=_sources(domains, _domains([row[3] for row in domains]) if names_domains else {}),
        countries=_sources(countries, {row[3]: str(named.name(row[0]) or row[0]) for row in countries}),
        suspicions=_sources([row for row in suspicions if row[0]], {row[3]: row[0] for row in suspicions}),
    )


def _sources(rows: Sequence[tuple], labels: dict[int, str] | None = None) -> list[Source]:
    labels = labels or {}
    return [
        Source(labels.get(newest, "") if newest in labels else str(number), n, held, newest)
        for number, (_key, n, held, newest) in enumerate(rows, start=1)
    ]


def _domains(samples: list[int]) -> dict[int, str]:
    """The mail domain of each of these signatures; "" of one that is forgotten."""
    rows = Signature.objects.filter(pk__in=samples, forgotten_at=None).only("address")
    return {row.pk: canonical(row.address).rpartition("@")[2] if row.address else "" for row in rows}


def _slots(moments: Sequence[datetime], slot: timedelta, since: datetime, now: datetime) -> list[tuple[datetime, int]]:
    slots = [since + slot * number for number in range((now - since) // slot)]
    counts = [0] * len(slots)
    for moment in moments:
        counts[min((moment - since) // slot, len(slots) - 1)] += 1
    return list(zip(slots, counts, strict=True))
