"""The bytes of an uploaded file as records of offices: CSV as spreadsheet programs write it, or JSON."""

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import FileRefused
from accounts.tables import MAX_BYTES, decoded, is_formula, rows_of
from letters.exceptions import ImportRefused
from letters.services.office_columns import Key, known_columns

MAX_ROWS = 2_000
MAX_CELL = 5_000  # characters
_QUOTED_BY_EXCEL = re.compile(r'="(.*)"', re.DOTALL)  # how it keeps the zeros before a number


@dataclass(frozen=True)
class Record:
    """One office as it was written. `number` is the line of a CSV file, or the place in a list of JSON, from 1."""

    number: int
    cells: dict[Key, str]  # those that say something


@dataclass(frozen=True)
class Records:
    rows: list[Record]
    unknown: list[str]  # headings that were not read


def read_records(content: bytes) -> Records:
    """Every office in the file. Raises ImportRefused with what to do about the file as a whole."""
    if len(content) > MAX_BYTES:
        raise ImportRefused(_("The file is larger than 5 MB. Please divide it."))
    try:
        text = decoded(content)
        found = _of_json(text) if text.lstrip()[:1] in {"{", "["} else _of_csv(text)
    except FileRefused as exc:
        raise ImportRefused(str(exc)) from exc
    if not found.rows:
        raise ImportRefused(_("There is no office in this file."))
    return found


def _of_csv(text: str) -> Records:
    rows = rows_of(text)
    headings = next(rows, (0, []))[1]
    if not headings:
        raise ImportRefused(_("The file is empty."))
    names = [heading.strip() for heading in headings]
    columns, unknown = _columns([name for name in names if name])
    found: list[Record] = []
    for number, row in rows:
        cells = {columns[name]: _cell(cell) for name, cell in zip(names, row, strict=False) if name in columns}
        _check_room(found)
        if any(cells.values()):
            found.append(Record(number, {key: cell for key, cell in cells.items() if cell}))
    return Records(found, unknown)


def _of_json(text: str) -> Records:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as exc:
        line = getattr(exc, "lineno", 1)
        raise ImportRefused(_("This JSON cannot be read: look at line %d.") % line) from exc
    rows = content.get("records") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ImportRefused(_("This JSON holds no list of offices: write [{…}, {…}], or {“records”: [{…}]}."))
    flat = [_flat(row) for row in rows]
    columns, unknown = _columns(list(dict.fromkeys(name for row in flat for name in row)))
    found: list[Record] = []
    for number, row in enumerate(flat, start=1):
        _check_room(found)
        cells = {columns[name]: _cell(cell) for name, cell in row.items() if name in columns}
        found.append(Record(number, {key: cell for key, cell in cells.items() if cell}))
    return Records(found, unknown)


def _flat(row: dict[str, Any]) -> dict[str, str]:
    """{"salutation": {"en": …}} becomes {"salutation_en": …}, a list its items with | between them."""
    found: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= {f"{name}_{inner}": _word(item) for inner, item in value.items()}
        elif isinstance(value, list):
            found[name] = "|".join(_word(item) for item in value)
        else:
            found[name] = _word(value)
    return found


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _columns(headings: list[str]) -> tuple[dict[str, Key], list[str]]:
    columns, unknown = known_columns(headings)
    seen: set[Key] = set()
    for heading, key in columns.items():
        if key in seen or headings.count(heading) > 1:
            raise ImportRefused(_("Two columns of the file have the same heading: “%s”.") % heading[:40])
        seen.add(key)
    if ("slug", "") not in seen:
        raise ImportRefused(
            _("No column is headed “slug”. It holds the address of each office's page, by which we know it again.")
        )
    return columns, [name[:60] for name in unknown]


def _cell(written: str) -> str:
    """Its words, line by line, without what spreadsheet programs put around them."""
    if found := _QUOTED_BY_EXCEL.fullmatch(written.strip()):
        written = found[1].replace('""', '"')
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", written).splitlines()]
    text = "\n".join(line for line in lines if line)
    if text.startswith("'") and is_formula(text[1:]):
        text = text[1:]  # as our own exports mark what must not act
    return text[: MAX_CELL + 1]


def _check_room(found: list[Record]) -> None:
    if len(found) >= MAX_ROWS:
        raise ImportRefused(_("The file has more than 2,000 offices. Please divide it."))
