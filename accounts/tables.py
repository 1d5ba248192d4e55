"""Files that people wrote with a spreadsheet program: their letters, their lines, and what a cell means."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.exceptions import FileRefused
from accounts.spreadsheet import FORMULA_STARTS

MAX_BYTES = 5_000_000
DELIMITERS = (",", ";", "\t")

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


def decoded(content: bytes) -> str:
    """The text of the file, in UTF-8, UTF-16 or the Korean code page 949. Raises FileRefused."""
    if content.startswith(_OTHER_FILES):
        raise FileRefused(
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
    raise FileRefused(
        _("The letters of this file cannot be read. Please save it as “CSV UTF-8” and upload it once more.")
    )


def country_code(written: str) -> str | None:
    """The code of a country by its name in English or Korean or its ISO code; "" for none, None for an unknown one."""
    return _country_codes().get(plain(written)) if written else ""


def day_written(written: str) -> date | None:
    """2026-05-03, 2026.5.3 or 2026년 5월 3일; None for what could be read in two ways, or not at all."""
    found = _ISO_DAY.fullmatch(written.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def is_yes(written: str) -> bool:
    return plain(written) in YES


def is_formula(written: str) -> bool:
    """Whether a spreadsheet program would take it for one. Here it is text like any other."""
    return written.startswith(FORMULA_STARTS)


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the line in the file, cells), empty lines left out. Raises FileRefused."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as exc:
        sentence = _("Line %d cannot be read: look for a quotation mark that is opened and not closed.")
        raise FileRefused(sentence % reader.line_num) from exc


def cell(row: list[str], place: int) -> str:
    """What stands there, blanks folded; without the apostrophe by which our own exports mark what must not act."""
    text = " ".join(unicodedata.normalize("NFC", row[place]).split()) if place < len(row) else ""
    if text.startswith("'") and is_formula(text[1:]):
        return text[1:]
    return text


def plain(text: str) -> str:
    """For comparing: without case, width of letters, or more than one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def _country_codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {plain(str(name)): code for code, name in countries}
    found |= {plain(name): code for name, code in OTHER_COUNTRY_NAMES.items()}
    for code, _name in countries:
        found |= {code.lower(): code, (countries.alpha3(code) or code).lower(): code}
    return found
