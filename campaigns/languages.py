"""Choosing one of the language rows of an object."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.utils.translation import get_language


class InLanguage(Protocol):
    language: str


Row = TypeVar("Row", bound=InLanguage)


def in_language(rows: Iterable[Row], language: str | None = None) -> Row | None:
    """The row in `language` (the page's when None), else the English one, else any; None without rows.

    Takes prefetched rows: it asks the database nothing.
    """
    wanted = language or get_language() or "en"
    by_language = {row.language: row for row in rows}
    return by_language.get(wanted) or by_language.get("en") or next(iter(by_language.values()), None)
