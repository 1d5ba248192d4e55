"""Invented supporters: who they are, what they chose on the form, and when they came. The same at each loading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from demo.files import Record, document
from petitions.models import Signature

SEED = 20231020
LAST_DAYS = timedelta(days=14)
LAST_MOMENT = timedelta(minutes=5)  # before loading; by then everything has happened

# How busy each of the fourteen days was, the oldest first: a good start, a share by somebody with many readers.
DAYS = (30, 22, 14, 9, 7, 12, 10, 34, 41, 19, 11, 8, 23, 17)
# And each hour of the supporter's own day, from midnight on.
HOURS = (1, 1, 0, 0, 0, 1, 3, 7, 10, 11, 10, 9, 12, 10, 8, 8, 8, 9, 11, 13, 15, 14, 9, 4)

# Rough hours ahead of Greenwich; the rest of the list lies in Europe.
EUROPE = 1
HOURS_AHEAD = {
    "KR": 9, "JP": 9, "TW": 8, "PH": 8, "MN": 8, "AU": 10, "NZ": 12, "TH": 7, "VN": 7, "IN": 5, "KZ": 5, "JO": 3,
    "ZA": 2, "GB": 0, "IE": 0, "PT": 0, "BR": -3, "AR": -3, "US": -5, "CA": -5, "MX": -6,
}  # fmt: skip
# Whose names a country's supporters bear (several: one of them, by chance).
NAMES = {
    "KR": ("ko",), "JP": ("ja",), "TW": ("zh",), "ES": ("es",), "MX": ("es",), "AR": ("es",), "FR": ("fr",),
    "BE": ("fr", "de"), "DE": ("de",), "AT": ("de",), "CH": ("de", "fr"), "VN": ("vi",), "MN": ("mn",), "JO": ("ar",),
    "TH": ("th",), "KZ": ("ru",), "US": ("en", "en", "en", "ko", "es"), "CA": ("en", "en", "fr", "ko"),
    "AU": ("en", "en", "ko"), "BR": ("es", "fr"), "PT": ("es", "fr"), "IT": ("es", "fr"), "PL": ("de", "fr"),
    "CZ": ("de", "fr"), "NL": ("de", "fr", "en"),
}  # fmt: skip
IN_ONE_WORD = {"ko", "ja", "zh"}  # family name first, no space
FAMILY_FIRST = {"vi", "mn"}

SHOWN = {"private": 46, "initial": 24, "full": 19, "alias": 11}  # of a hundred
# Comments that only somebody under another name would write.
BY_ALIAS = ("under another name", "이름을 밝히지")


@dataclass(frozen=True)
class Supporter:
    signed_at: datetime
    confirmed_at: datetime | None
    form: dict[str, Any]  # what sign_petition takes


def invent_supporters(now: datetime, *, confirmed: int, pending: int) -> Iterator[Supporter]:
    """So many supporters who confirmed, and some who have not yet, in the order in which they signed."""
    chance = Random(SEED)  # noqa: S311 - nothing secret
    parts = document("supporters")
    comments = {language: list(texts) for language, texts in parts["comments"].items()}
    visits = []
    for number in range(confirmed + pending):
        country = chance.choices(list(parts["countries"]), list(parts["countries"].values()))[0]
        visits.append((_moment(chance, country, now, only_recent=number >= confirmed), country, number < confirmed))
    for number, (signed_at, country, confirms) in enumerate(sorted(visits), start=1):
        form = _form(chance, parts, comments, country)
        form["email"] = f"supporter{number:04}@people.example"
        yield Supporter(signed_at, _confirmed_at(chance, signed_at, now) if confirms else None, form)


def _form(chance: Random, parts: Record, comments: dict[str, list[str]], country: str) -> dict[str, Any]:
    names = chance.choice(NAMES.get(country, ("en",)))
    language = "ko" if names == "ko" and (country == "KR" or chance.random() < 0.6) else "en"
    show_name = chance.choices(list(SHOWN), list(SHOWN.values()))[0]
    shown = show_name != Signature.ShowName.PRIVATE
    alias = chance.choice(parts["aliases"][language]) if show_name == Signature.ShowName.ALIAS else ""
    return {
        "name": _name(chance, parts, names),
        "country": country if chance.random() < 0.96 else "",
        "comment": _comment(chance, comments[language], by_alias=bool(alias)) if chance.random() < 0.17 else "",
        "language": language,
        "show_name": show_name,
        "alias": alias,
        "show_country": shown and chance.random() < 0.7,
        "consent_handover": chance.random() < 0.55,
        "consent_updates": chance.random() < 0.45,
    }


def _name(chance: Random, parts: Record, names: str) -> str:
    given, family = chance.choice(parts["given_names"][names]), chance.choice(parts["family_names"][names])
    if names in IN_ONE_WORD:
        return f"{family}{given}"
    return f"{family} {given}" if names in FAMILY_FIRST else f"{given} {family}"


def _comment(chance: Random, left: list[str], *, by_alias: bool) -> str:
    """One that nobody else wrote; "" when none is left."""
    fitting = [text for text in left if by_alias or not any(part in text for part in BY_ALIAS)]
    if not fitting:
        return ""
    comment = chance.choice(fitting)
    left.remove(comment)
    return comment


def _moment(chance: Random, country: str, now: datetime, *, only_recent: bool) -> datetime:
    """When somebody from this country signed: by day and by the hour there, within the last two weeks."""
    ahead = timedelta(hours=HOURS_AHEAD.get(country, EUROPE))
    midnight = (now.astimezone(UTC) + ahead).replace(hour=0, minute=0, second=0, microsecond=0) - ahead
    while True:
        day = chance.randrange(4) if only_recent else 13 - chance.choices(range(14), DAYS)[0]
        hour = chance.choices(range(24), HOURS)[0]
        moment = midnight - timedelta(days=day) + timedelta(hours=hour, seconds=chance.randrange(3600))
        if now - LAST_DAYS < moment < now - 2 * LAST_MOMENT:
            return moment


def _confirmed_at(chance: Random, signed_at: datetime, now: datetime) -> datetime:
    """Mostly within minutes, sometimes the next morning, never after loading."""
    minutes = chance.expovariate(1 / 6) if chance.random() < 0.85 else chance.uniform(60, 1800)
    return min(signed_at + timedelta(seconds=40, minutes=minutes), now - LAST_MOMENT)
