"""What is shown of a count: the number and its next goal, how it grew, and from where; never fewer than five of one.

The number on the page is that of the last tally. Everything finer is counted up to the last full day where the petition
is at home, so that nobody who watches the page sees from which country the signature of this minute came.

No cell of what is shown is smaller than SUPPRESSED_BELOW, and none can be had by subtraction:

- Countries with fewer are not even named. What is left of the total, they and those who said no country, stands in one
  line; while that line would be small, or hold a single cell, the smallest country that is shown goes into it as well.
- Days with few signatures stand with those after them: a line covers as many days as it takes.
- Only days and countries are shown, never countries by day. Who compares the page of two days learns how many more
  came from a country that has at least five: not from one with fewer, which is not named. Where already that is too
  much, the petition is under duty of care and shows no countries at all.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, Sum
from django_countries import countries

from petitions.models import Kind, Petition, Tally
from petitions.models.counting import SUPPRESSED_BELOW
from petitions.tiles import COLUMNS, ROWS, TILES

Key = TypeVar("Key", bound=Hashable)

STEPS = (100, 250, 500)  # and ten times these, a hundred times …
PERIODS_LISTED = 31  # lines of the table beside the chart, at most
SHADES = (5, 25, 100, 500, 2_500)  # from how many signatures a square of the map is darker
TILE = 20  # side of a square on the map, in units of its drawing
CHART_WIDTH, CHART_HEIGHT = 480, 200  # of the field that the line is drawn in
CHART_LEFT, CHART_TOP = 62, 14


_SUMS = """
SELECT day, '', '', SUM(count) FROM petitions_tally WHERE petition_id = %s AND day <= %s GROUP BY day
UNION ALL
SELECT NULL, country, kind, SUM(count) FROM petitions_tally WHERE petition_id = %s AND day <= %s GROUP BY country, kind
"""


@dataclass(frozen=True)
class Shown:
    """The number on the page. `until`: the last day that is counted, when the number is shown with a delay."""

    count: int
    goal: int
    until: date | None = None


@dataclass(frozen=True)
class Period:
    """Some days, one after the other, with at least five signatures; `total` is at the end of the last."""

    first: date
    last: date
    count: int
    total: int


@dataclass(frozen=True)
class Chart:
    """A line from the lower left: `points` and `area` are what <polyline> and <polygon> take."""

    points: str
    area: str
    heights: list[tuple[float, int]]  # where a line across is drawn, and for how many signatures it stands
    first: date
    last: date


@dataclass(frozen=True)
class Tile:
    code: str
    name: str
    count: int
    x: int
    y: int
    shade: int  # 1 to len(SHADES)


@dataclass(frozen=True)
class Figures:
    """What is known of a petition at the end of a day. Lists are empty where there is too little to show."""

    until: date
    total: int
    periods: list[Period]
    chart: Chart | None
    countries: list[tuple[str, int]]  # name and count, largest first
    elsewhere: int  # in other countries, or not said
    kinds: list[tuple[str, int]]  # how they signed, when in more than one way
    other_kinds: int
    tiles: list[Tile] = field(default_factory=list)


def next_goal(first: int, count: int) -> int:
    """The lowest step above `count`; the first is what staff chose, then 100, 250, 500, 1,000 …

    With a first step of 300: 300, then 500.
    """
    if count < first:
        return first
    tenfold = 1
    while True:
        for step in STEPS:
            if step * tenfold > count:
                return step * tenfold
        tenfold *= 10


def last_full_day(petition: Petition, now: datetime) -> date:
    """Yesterday, where the petition is at home."""
    return now.astimezone(ZoneInfo(petition.time_zone)).date() - timedelta(days=1)


def shown_counts(petitions: Iterable[Petition], now: datetime) -> dict[int, Shown]:
    """The number that everybody may see of each petition, by its primary key; at most one query.

    Under duty of care it is the number at the end of the last full day. What is withdrawn comes off at once.
    """
    petitions = list(petitions)
    careful = {petition.pk: last_full_day(petition, now) for petition in petitions if petition.duty_of_care}
    counts = {petition.pk: petition.signature_count for petition in petitions}
    if careful:
        until = Q(pk__in=[])
        for pk, day in careful.items():
            until |= Q(petition=pk, day__lte=day)
        rows = Tally.objects.filter(until).order_by().values_list("petition").annotate(n=Sum("count"))
        counts |= dict.fromkeys(careful, 0) | dict(rows)
    return {
        petition.pk: Shown(counts[petition.pk], next_goal(petition.goal, counts[petition.pk]), careful.get(petition.pk))
        for petition in petitions
    }


def shown_count(petition: Petition, now: datetime) -> Shown:
    """The same for one petition; without duty of care it asks the database nothing."""
    return shown_counts([petition], now)[petition.pk]


def figures(petition: Petition, now: datetime) -> Figures:
    """Days, countries and kinds up to the last full day, in one query. Under duty of care no countries."""
    until = last_full_day(petition, now)
    days: dict[date, int] = {}
    by_country: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    for day, country, kind, count in _sums(petition, until):
        if day:
            days[day] = count
        else:
            by_country[country] += count
            by_kind[kind] += count
    periods = periods_of(days)
    places, elsewhere = ([], 0) if petition.duty_of_care else _countries(by_country)
    kinds, other_kinds = suppressed(by_kind)
    return Figures(
        until=until,
        total=sum(days.values()),
        periods=periods,
        chart=chart_of(periods),
        countries=[(name, count) for _code, name, count in places],
        elsewhere=elsewhere,
        kinds=[(str(kind.label), kinds[kind]) for kind in Kind if kind in kinds and len(by_kind) > 1],
        other_kinds=other_kinds if kinds else 0,
        tiles=_tiles(places),
    )


def suppressed(cells: Mapping[Key, int], always_hidden: Iterable[Key] = ()) -> tuple[dict[Key, int], int]:
    """Return the cells that may be shown, and the sum of the others, beside a total that everybody knows.

    A cell under SUPPRESSED_BELOW is hidden. Where the hidden ones then sum up to less, or are a single cell, the
    smallest shown one is hidden too, so that the sum of the others is that of no cell. `always_hidden` are
    counted with them.
    """
    aside = set(always_hidden)
    filled = {key: count for key, count in cells.items() if count > 0}
    shown = {key: count for key, count in filled.items() if count >= SUPPRESSED_BELOW and key not in aside}
    hidden = [count for key, count in filled.items() if key not in shown]
    small = any(count < SUPPRESSED_BELOW for count in hidden)
    while small and shown and (sum(hidden) < SUPPRESSED_BELOW or len(hidden) == 1):
        smallest = min(shown, key=lambda key: (shown[key], str(key)))
        hidden.append(shown.pop(smallest))
    return shown, sum(hidden)


def periods_of(days: Mapping[date, int], most: int = PERIODS_LISTED) -> list[Period]:
    """Days put together, oldest first, until each line has at least five signatures and there are at most `most`.

    What is left over at the end goes into the last line. Fewer than five in all: no line.
    """
    total = sum(days.values())
    wanted = max(SUPPRESSED_BELOW, 1)
    if total < wanted:
        return []
    ordered = sorted(day for day, count in days.items() if count)
    span = -(-((ordered[-1] - ordered[0]).days + 1) // most)  # days that a line covers at least
    lines: list[list[date]] = []
    enough = True
    for day in ordered:
        if enough and (not lines or (day - lines[-1][0]).days >= span):
            lines.append([])
        lines[-1].append(day)
        enough = sum(days[each] for each in lines[-1]) >= wanted
    if not enough and len(lines) > 1:
        left_over = lines.pop()
        lines[-1] += left_over
    periods, so_far = [], 0
    for line in lines:
        count = sum(days[day] for day in line)
        so_far += count
        periods.append(Period(line[0], line[-1], count, so_far))
    return periods


def chart_of(periods: list[Period]) -> Chart | None:
    """The sum as a line, one point at the end of each period; None for a single point, which is no line."""
    if len(periods) < 2:
        return None
    first, last, top = periods[0].first, periods[-1].last, _round_up(periods[-1].total)
    span = (last - first).days + 1
    right, bottom = CHART_LEFT + CHART_WIDTH, CHART_TOP + CHART_HEIGHT

    def place(day: date, count: int) -> str:
        x = CHART_LEFT + CHART_WIDTH * ((day - first).days + 1) / span
        return f"{x:.1f},{bottom - CHART_HEIGHT * count / top:.1f}"

    points = " ".join([f"{CHART_LEFT},{bottom}", *(place(period.last, period.total) for period in periods)])
    heights = [(bottom - CHART_HEIGHT * part / 2, top * part // 2) for part in range(3)]
    return Chart(points, f"{points} {right},{bottom}", heights, first, last)


def map_tiles() -> list[tuple[int, int]]:
    """The upper left corner of every square there is."""
    return [(column * TILE, row * TILE) for column, row in TILES.values()]


def _sums(petition: Petition, until: date) -> list[tuple[date | None, str, str, int]]:
    """The sum of each day, then, without a day, of each country and kind: two sums in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [petition.pk, until, petition.pk, until])
        rows = cursor.fetchall()
    return [
        (date.fromisoformat(day) if isinstance(day, str) else day, country, kind, count)  # SQLite has text for days
        for day, country, kind, count in rows
    ]


MAP_SIZE = (COLUMNS * TILE, ROWS * TILE)
MAP_OUTLINE = "".join(f"M{x} {y}h18v18h-18z" for x, y in map_tiles())  # one path: 240 squares weigh a kilobyte


def _countries(by_country: Mapping[str, int]) -> tuple[list[tuple[str, str, int]], int]:
    """(code, name, count), largest first, and how many are elsewhere or said no country."""
    shown, elsewhere = suppressed(by_country, always_hidden=[""])
    named = [(code, str(countries.name(code) or code), count) for code, count in shown.items()]
    return sorted(named, key=lambda row: (-row[2], row[1])), elsewhere


def _tiles(places: list[tuple[str, str, int]]) -> list[Tile]:
    return [
        Tile(code, name, count, TILES[code][0] * TILE, TILES[code][1] * TILE, sum(count >= least for least in SHADES))
        for code, name, count in places
        if code in TILES
    ]


def _round_up(count: int) -> int:
    """An even number not much above `count` that is easily read: 1, 2, 4, 6, 8 and a zero or more behind it."""
    zeros = 10 ** (len(str(count)) - 1)
    return next(step * zeros for step in (1, 2, 4, 6, 8, 10) if step * zeros >= count and step * zeros % 2 == 0)
