"""Rows for spreadsheet programs, which must show what they get and run none of it."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

BYTE_ORDER_MARK = "\ufeff"  # without it a common spreadsheet program reads Korean as Latin letters
# How a formula begins, also in full width, and what such programs skip before one.
FORMULA_STARTS = tuple("=+-@|%\t\r\n＝＋－＠")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The rows as CSV, line by line, beginning with a byte order mark; every cell without formulas."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([shown(cell) for cell in row])


def shown(cell: Any) -> str:
    """The cell as text that no spreadsheet program takes for a formula: an apostrophe goes before one."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.lstrip().startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text
