"""A calendar as RFC 5545 has it: lines of at most 75 octets, texts escaped, moments in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE = 75  # octets, without the line break


@dataclass(frozen=True, kw_only=True)
class Event:
    """Either a moment (`at`) or whole days, the last one included."""

    uid: str
    changed_at: datetime
    summary: str
    at: datetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    description: str = ""
    location: str = ""
    url: str = ""


def calendar(events: Iterable[Event], *, name: str, language: str) -> bytes:
    """The whole file. Lines end in CRLF, and every property is in order."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Outcry//Deadlines//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line break escaped, other control characters left out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(ch for ch in text if ch in "\n\t" or not (ord(ch) < 0x20 or ord(ch) == 0x7F)).replace("\n", "\\n")


def folded(line: str) -> bytes:
    """One content line, broken after at most 75 octets and never inside a character; the rest begins with a blank."""
    rows: list[bytes] = [b""]
    for character in line:
        octets = character.encode()
        if len(rows[-1]) + len(octets) > LINE:
            rows.append(b" ")
        rows[-1] += octets
    return b"\r\n".join(rows) + b"\r\n"


def _event(event: Event) -> list[str]:
    stamp = _moment(event.changed_at)
    lines = ["BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}"]
    if event.at is not None:
        lines.append(f"DTSTART:{_moment(event.at)}")
    elif event.first_day is not None and event.last_day is not None:
        lines.append(f"DTSTART;VALUE=DATE:{event.first_day:%Y%m%d}")
        lines.append(f"DTEND;VALUE=DATE:{event.last_day + timedelta(days=1):%Y%m%d}")  # the first day after it
    lines.append(f"SUMMARY:{escaped(event.summary)}")
    lines += [f"{key}:{escaped(text)}" for key, text in _texts(event) if text]
    if event.url:
        lines.append(f"URL:{event.url}")
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _texts(event: Event) -> list[tuple[str, str]]:
    return [("DESCRIPTION", event.description), ("LOCATION", event.location)]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
