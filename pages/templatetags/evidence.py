"""Figures with who reported them, and the towns they name."""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from campaigns.models import Figure
from campaigns.models.evidence import Worded
from pages.evidence import Report

register = template.Library()

# What a qualifier says of a number of people. Any other qualifier is left to the paraphrase in the table.
_QUALIFIED = {
    "about": gettext_noop("about %(number)s"),
    "some": gettext_noop("about %(number)s"),
    "more than": gettext_noop("more than %(number)s"),
    "over": gettext_noop("over %(number)s"),
    "at least": gettext_noop("at least %(number)s"),
    "nearly": gettext_noop("nearly %(number)s"),
    "as many as": gettext_noop("as many as %(number)s"),
    "up to": gettext_noop("up to %(number)s"),
}
_EXACT = gettext_noop("%(number)s people")
_SPAN = gettext_noop("%(lowest)s–%(highest)s")


@register.filter
def said(row: Worded, field: str) -> str:
    """Another field of a worded row ("origin", "actor", "facing") in the page's language, else in English."""
    return row.translations.get(f"{field}:{get_language()}") or getattr(row, field)


@register.filter
def dated(words: str) -> str:
    """A date kept as text: an ISO day or month as the page's language writes it, anything else unchanged."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}", words):
            return date_format(date.fromisoformat(f"{words}-01"), "YEAR_MONTH_FORMAT")
        return date_format(date.fromisoformat(words), "DATE_FORMAT")
    except ValueError:
        return words


@register.inclusion_tag("pages/_range.html")
def attributed_range(figures: Sequence[Figure]) -> dict[str, Any]:
    """The lowest and the highest figure, each with who reported it; never a number alone.

    What was published by a source that may be printed goes before what was not, an origin that repeats itself is
    counted once, and who gave no number is named as well.
    """
    numbered = [row for row in figures if _lowest(row) is not None]
    printable = [row for row in numbered if row.source.is_public] or numbered
    first_by_origin: dict[tuple[str, int | None, int | None], Figure] = {}
    for row in printable:
        first_by_origin.setdefault((row.origin, _lowest(row), _highest(row)), row)
    rows = list(first_by_origin.values())
    context: dict[str, Any] = {
        "without_number": _unique(said(row, "origin") for row in figures if _lowest(row) is None)
    }
    if not rows:
        return context
    lowest = min(rows, key=lambda row: _lowest(row) or 0)
    highest = max(rows, key=lambda row: _highest(row) or 0)
    if _lowest(lowest) == _highest(highest):
        return context | {"accounts": [_account(words, rows) for words in _unique(_number(row) for row in rows)]}
    return context | {
        "low": _account(_number(lowest), [row for row in rows if _lowest(row) == _lowest(lowest)]),
        "high": _account(_number(highest), [row for row in rows if _highest(row) == _highest(highest)]),
    }


@register.inclusion_tag("pages/_map.html")
def town_map(reports: Iterable[Report]) -> dict[str, Any]:
    """A schematic of the towns named: where they lie to each other, and nothing that is not known."""
    towns: dict[str, dict[str, Any]] = {}
    for report in reports:
        for place in report.places:
            town = towns.setdefault(place.name, {"place": place, "incidents": []})
            town["incidents"].append(report.incident)
    rows = sorted(towns.values(), key=lambda town: -town["place"].longitude)
    return {"towns": rows, "drawing": _Drawing([town["place"] for town in rows]) if rows else None}


def _lowest(figure: Figure) -> int | None:
    return figure.maximum if figure.minimum is None else figure.minimum


def _highest(figure: Figure) -> int | None:
    return figure.minimum if figure.maximum is None else figure.maximum


def _number(figure: Figure) -> str:
    lowest, highest = _lowest(figure), _highest(figure)
    if lowest != highest:
        return _(_SPAN) % {"lowest": _grouped(lowest), "highest": _grouped(highest)}
    return _(_QUALIFIED.get(figure.qualifier.lower(), _EXACT)) % {"number": _grouped(lowest)}


def _grouped(number: int | None) -> str:
    return number_format(number or 0, use_l10n=True, force_grouping=True)


def _account(words: str, rows: Iterable[Figure]) -> SafeString:
    """The words of a number, and all who use just these."""
    origins = _unique(said(row, "origin") for row in rows if _number(row) == words)
    return format_html("<b>{}</b> ({})", words, "; ".join(origins))


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


class _Drawing:
    """Towns on a sheet 600 wide, true to scale at the middle latitude, with degrees and a scale bar."""

    width = 600
    margin_x, margin_y = 84, 56
    letter = 18  # height of a label; a Hangul letter is as wide
    kilometres_a_degree = 111.2

    def __init__(self, places: Sequence[Any]):
        latitudes = [place.latitude for place in places]
        longitudes = [place.longitude for place in places]
        south, north = _at_least(min(latitudes), max(latitudes), 0.6)
        west, east = _at_least(min(longitudes), max(longitudes), 0.8)
        shrink = math.cos(math.radians((south + north) / 2))
        self.scale = min((self.width - 2 * self.margin_x) / ((east - west) * shrink), 380 / (north - south))
        self.height = round((north - south) * self.scale) + 2 * self.margin_y
        offset = (self.width - (east - west) * shrink * self.scale) / 2
        self._x = lambda longitude: round(offset + (longitude - west) * shrink * self.scale, 1)
        self._y = lambda latitude: round(self.margin_y + (north - latitude) * self.scale, 1)
        self.meridians = [
            {"at": x, "label": _degrees(degree, _("%(degrees)s° E"), _("%(degrees)s° W"))}
            for degree in range(math.floor(west) - 1, math.ceil(east) + 2)
            if 12 < (x := self._x(degree)) < self.width - 12
        ]
        self.parallels = [
            {"at": y, "label": _degrees(degree, _("%(degrees)s° N"), _("%(degrees)s° S"))}
            for degree in range(math.floor(south) - 1, math.ceil(north) + 2)
            if 24 < (y := self._y(degree)) < self.height - 30
        ]
        self.points = self._label(places)
        self.bar = self._scale_bar()

    def _label(self, places: Sequence[Any]) -> list[dict[str, Any]]:
        """Put each name beside its point where it covers least of what stands there already."""
        dots = [(self._x(place.longitude), self._y(place.latitude)) for place in places]
        taken: list[tuple[float, ...]] = [(x - 9, y - 9, x + 9, y + 9) for x, y in dots]
        points = []
        for place, (x, y) in zip(places, dots, strict=True):
            wide = sum(self.letter if ord(sign) > 0x2E80 else self.letter * 0.56 for sign in place.local)
            places_for_it = [
                ("start", x + 14, y + 6, (x + 12, y - 12, x + 14 + wide, y + 12)),
                ("end", x - 14, y + 6, (x - 14 - wide, y - 12, x - 12, y + 12)),
                ("middle", x, y + 29, (x - wide / 2, y + 12, x + wide / 2, y + 34)),
                ("middle", x, y - 16, (x - wide / 2, y - 34, x + wide / 2, y - 12)),
            ]
            anchor, at_x, at_y, box = min(places_for_it, key=lambda option: self._covered(option[3], taken))
            taken.append(box)
            points.append({"x": x, "y": y, "anchor": anchor, "name_x": at_x, "name_y": at_y, "place": place})
        return points

    def _covered(self, box: tuple[float, ...], taken: list[tuple[float, ...]]) -> float:
        left, top, right, bottom = box
        outside = max(0, 6 - left) + max(0, right - self.width + 6) + max(0, 6 - top) + max(0, bottom - self.height + 6)
        overlap = sum(
            max(0, min(right, r) - max(left, x)) * max(0, min(bottom, b) - max(top, t)) for x, t, r, b in taken
        )
        return overlap + 1000 * outside

    def _scale_bar(self) -> dict[str, Any]:
        kilometre = self.scale / self.kilometres_a_degree
        length = max((n for n in (5, 10, 20, 50, 100, 200, 500, 1000) if n * kilometre < self.width / 3), default=5)
        return {"from": 18, "to": round(18 + length * kilometre, 1), "y": self.height - 16, "kilometres": length}


def _at_least(low: float, high: float, span: float) -> tuple[float, float]:
    """The same bounds, drawn apart where they would leave the sheet empty."""
    spare = max(0.0, span - (high - low)) / 2
    return low - spare, high + spare


def _degrees(degree: int, positive: str, negative: str) -> str:
    return (positive if degree >= 0 else negative) % {"degrees": abs(degree)}
