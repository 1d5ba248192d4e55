"""Hiding every name under a text at once, when showing them could put people at risk; the counts stay.

The texts of all rooms in one list, and what stands hidden now: a registry, because the rooms of the texts lie above
this one. A room registers its kind of text when it is imported.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import models, transaction

from accounts import audit
from accounts.exceptions import ReasonMissing
from accounts.models import User

CACHE_KEY = "texts-without-names"
CACHE_SECONDS = 5


@dataclass(frozen=True)
class Kind:
    """Texts of one room. Its model has a column `names_hidden` and a permission `hide_names_<model>`."""

    model: type[models.Model]
    label: Any  # "Petitions"
    titles: Callable[[bool | None], Iterable[tuple[int, str]]]  # of public texts: hidden, not hidden, or all (None)

    @property
    def name(self) -> str:
        """ "petitions.petition" """
        return self.model._meta.label_lower

    @property
    def permission(self) -> str:
        return f"{self.model._meta.app_label}.hide_names_{self.model._meta.model_name}"

    def act(self, *, hidden: bool) -> str:
        """The act in the audit: "petitions.hide_names"."""
        return f"{self.model._meta.app_label}.{'hide' if hidden else 'show'}_names"

    def url_name(self) -> str:
        return f"admin:{self.name.replace('.', '_')}_change"

    def hidden(self) -> list[int]:
        """The numbers of the texts whose names are hidden: one query, without texts."""
        rows = self.model._default_manager.filter(names_hidden=True)
        return list(rows.order_by("pk").values_list("pk", flat=True))


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    _kinds[kind.name] = kind
    return kind


def kinds() -> list[Kind]:
    return list(_kinds.values())


def get(name: str) -> Kind | None:
    return _kinds.get(name)


@transaction.atomic
def set_hidden(kind: Kind, pk: int, hidden: bool, *, by: User, reason: str, now: datetime) -> Any:
    """Hide every name under a text from everybody outside, or show them again, and return the text.

    Pages follow within PAGE_CACHE_SECONDS. A second time changes nothing and writes no line. Raises ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    text: Any = kind.model._default_manager.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if text.names_hidden != hidden:
        text.names_hidden = hidden
        text.save(update_fields=["names_hidden"])
        audit.record(kind.act(hidden=hidden), text, by=by, reason=reason, now=now)
        transaction.on_commit(forget)
    return text


def hidden_now() -> list[tuple[str, int]]:
    """(name of its kind, number) of every text whose names are hidden, at most CACHE_SECONDS old."""
    found = cache.get(CACHE_KEY)
    if found is None:
        found = [(kind.name, pk) for kind in _kinds.values() for pk in kind.hidden()]
        cache.set(CACHE_KEY, found, CACHE_SECONDS)
    return [(name, pk) for name, pk in found]


def forget() -> None:
    """What was hidden or shown just now is seen at once by this cache."""
    cache.delete(CACHE_KEY)
