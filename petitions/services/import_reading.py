"""The bytes of an uploaded file as lines of signatures: which columns there are, and what each cell says."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.exceptions import FileRefused
from accounts.tables import MAX_BYTES, cell, decoded, plain, rows_of
from petitions.exceptions import ImportRefused

MAX_ROWS = 20_000

# How the heading of a column may be written, in lower case.
COLUMNS = {
    "name": {"name", "full name", "이름", "성명", "성함"},
    "country": {"country", "국가", "나라", "국적"},
    "place": {"place", "town", "city", "town or city", "region", "지역", "도시", "거주지", "사는 곳"},
    "date": {"date", "day", "signed on", "날짜", "서명일", "일자"},
    "consent": {"consent", "handover", "hand my name over", "동의", "이름 전달", "이름 전달 동의"},
    "email": {"email", "e-mail", "e-mail address", "email address", "이메일", "전자우편"},
}


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
    try:
        return list(_lines(rows_of(decoded(content))))
    except FileRefused as exc:
        raise ImportRefused(str(exc)) from exc


def _lines(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Line]:
    heading = next(rows, None)
    if heading is None:
        raise ImportRefused(_("The file is empty."))
    columns, count = _columns(heading[1]), 0
    for number, row in rows:
        cells = {name: cell(row, place) for name, place in columns.items()}
        if not any(row) or not any(cells.values()):
            continue
        if count == MAX_ROWS:
            raise ImportRefused(_("The file has more than 20,000 lines. Please divide it."))
        count += 1
        yield Line(number, **cells)
    if not count:
        raise ImportRefused(_("Under the heading of the file stands no line."))


def _columns(heading: list[str]) -> dict[str, int]:
    """Where each column stands that is known; others are not read at all."""
    found: dict[str, int] = {}
    for place, written in enumerate(heading):
        for name, ways in COLUMNS.items():
            if plain(written) in ways:
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
