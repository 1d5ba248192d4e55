"""The bytes of an uploaded file as lines of signatures: which encoding, which columns, and what each cell says."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.spreadsheet import FORMULA_STARTS
from petitions.exceptions import ImportRefused

MAX_BYTES, MAX_ROWS = 5_000_000, 20_000
DELIMITERS = (",", ";", "\t")

# How the heading of a column may be written, in lower case.
COLUMNS = {
    "name": {"name", "full name", "이름", "성명", "성함"},
    "country": {"country", "국가", "나라", "국적"},
    "place": {"place", "town", "city", "town or city", "region", "지역", "도시", "거주지", "사는 곳"},
    "date": {"date", "day", "signed on", "날짜", "서명일", "일자"},
    "consent": {"consent", "handover", "hand my name over", "동의", "이름 전달", "이름 전달 동의"},
    "email": {"email", "e-mail", "e-mail address", "email address", "이메일", "전자우편"},
}
YES = {"x", "v", "1", "y", "yes", "true", "o", "○", "✓", "✔", "예", "네", "동의", "동의함"}
# What people write and no standard lists.
OTHER_COUNTRY_NAMES = {
    "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states": "US", "uk": "GB", "u.k.": "GB", "great britain": "GB",
    "england": "GB", "korea": "KR", "republic of korea": "KR", "rok": "KR", "dprk": "KP", "russia": "RU",
    "한국": "KR", "대한민국": "KR", "남한": "KR", "북한": "KP", "미국": "US", "영국": "GB", "일본": "JP", "중국": "CN",
    "대만": "TW", "타이완": "TW", "vietnam": "VN", "czech republic": "CZ", "holland": "NL", "the netherlands": "NL",
}  # fmt: skip
_ISO_DAY = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_OTHER_FILES = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"<?xml",
    b"<!DOC",
    b"<html",
)


@dataclass(frozen=True)
class Line:
    """One line as it was written. `number` is that of the file, with the heading as 1."""

    number: int
    name: str
    country: str = ""
    place: str = ""
    date: str = ""
    consent: str = ""
    email: str = ""


def read_lines(content: bytes) -> list[Line]:
    """Every line that says something. Raises ImportRefused with what to do about the file."""
    if len(content) > MAX_BYTES:
        raise ImportRefused(_("The file is larger than 5 MB. Please divide it."))
    text = decoded(content)
    rows = _rows(text)
    try:
        heading = next(rows)[1]
    except StopIteration:
        raise ImportRefused(_("The file is empty.")) from None
    columns = _columns(heading)
    lines: list[Line] = []
    for number, row in rows:
        cells = {name: _cell(row, place) for name, place in columns.items()}
        if not any(row) or not any(cells.values()):
            continue
        if len(lines) == MAX_ROWS:
            raise ImportRefused(_("The file has more than 20,000 lines. Please divide it."))
        lines.append(Line(number, **cells))
    if not lines:
        raise ImportRefused(_("Under the heading of the file stands no line."))
    return lines


def decoded(content: bytes) -> str:
    """The text of the file, in UTF-8, UTF-16 or the Korean code page 949. Raises ImportRefused."""
    if content.startswith(_OTHER_FILES):
        raise ImportRefused(
            _("This is no CSV file. In a spreadsheet program choose “Save as” and “CSV UTF-8”, then upload that file.")
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content[1:200:2].count(0) > 20:
        encodings = ["utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_TEXT.search(text):
            return text
    raise ImportRefused(
        _("The letters of this file cannot be read. Please save it as “CSV UTF-8” and upload it once more.")
    )


def country_code(written: str) -> str | None:
    """The code of a country by its name in English or Korean or its ISO code; "" for none, None for an unknown one."""
    return _country_codes().get(_plain(written)) if written else ""


def day_written(written: str) -> date | None:
    """2026-05-03, 2026.5.3 or 2026년 5월 3일; None for what could be read in two ways, or not at all."""
    found = _ISO_DAY.fullmatch(written.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def is_yes(written: str) -> bool:
    return _plain(written) in YES


def is_formula(written: str) -> bool:
    """Whether a spreadsheet program would take it for one. Here it is text like any other."""
    return written.startswith(FORMULA_STARTS)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as exc:
        sentence = _("Line %d cannot be read: look for a quotation mark that is opened and not closed.")
        raise ImportRefused(sentence % reader.line_num) from exc


def _columns(heading: list[str]) -> dict[str, int]:
    """Where each column stands that is known; others are not read at all."""
    found: dict[str, int] = {}
    for place, written in enumerate(heading):
        for name, ways in COLUMNS.items():
            if _plain(written) in ways:
                if name in found:
                    raise ImportRefused(
                        _("Two columns of the file have the same heading: “%s”.") % written.strip()[:40]
                    )
                found[name] = place
    if "name" not in found:
        raise ImportRefused(
            _("The first line must name the columns: name, country, place, date, consent. “name” is missing.")
        )
    return found


def _cell(row: list[str], place: int) -> str:
    cell = " ".join(unicodedata.normalize("NFC", row[place]).split()) if place < len(row) else ""
    if cell.startswith("'") and is_formula(cell[1:]):
        return cell[1:]  # as our own exports mark what must not act
    return cell


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def _country_codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {_plain(str(name)): code for code, name in countries}
    found |= {_plain(name): code for name, code in OTHER_COUNTRY_NAMES.items()}
    for code, _name in countries:
        found |= {code.lower(): code, (countries.alpha3(code) or code).lower(): code}
    return found
