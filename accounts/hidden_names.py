"""Hiding every name under a text at once: the texts of all rooms in one list, and what stands hidden now.

A registry, because the rooms of the texts lie above this one. A room registers its kind of text when it is imported.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

CACHE_KEY = "texts-without-names"
CACHE_SECONDS = 5


@dataclass(frozen=True)
class Kind:
    """Texts of one room. `hide` and `show` are its services: (number, *, by, reason, now)."""

    model: str  # "petitions.petition"
    label: Any  # "Petitions"
    permission: str
    titles: Callable[[bool | None], Iterable[tuple[int, str]]]  # of public texts: hidden, not hidden, or all (None)
    hidden: Callable[[], list[int]]  # one query, without texts
    hide: Callable[..., Any]
    show: Callable[..., Any]
    refusal: type[Exception]

    def url_name(self) -> str:
        return f"admin:{self.model.replace('.', '_')}_change"

    @property
    def act(self) -> str:
        """The act in the audit: "petitions.hide_names"."""
        return f"{self.model.partition('.')[0]}.hide_names"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.model] = kind


def kinds() -> list[Kind]:
    return list(_kinds.values())


def get(model: str) -> Kind | None:
    return _kinds.get(model)


def hidden_now() -> list[tuple[str, int]]:
    """(model, number) of every text whose names are hidden, at most CACHE_SECONDS old."""
    found = cache.get(CACHE_KEY)
    if found is None:
        found = [(kind.model, pk) for kind in _kinds.values() for pk in kind.hidden()]
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return [(model, pk) for model, pk in found]


def forget() -> None:
    """What was hidden or shown just now is seen at once by this cache."""
    cache.delete(CACHE_KEY)
