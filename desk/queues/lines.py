"""One line of the start page, and what all of them are made of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, Min, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timesince import timesince


@dataclass(frozen=True)
class Queue:
    """One line of the start page. `is_mine`: this person can do something about at least one of them."""

    title: str
    count: int
    since: str  # "2 hours", "" when age says nothing
    url: str
    note: str = ""
    is_mine: bool = True
    is_trouble: bool = False
    details: list[str] = field(default_factory=list)


def age(oldest: datetime | None, now: datetime) -> str:
    """ "2 hours"; "" for what came within the last minute."""
    return timesince(oldest, now, depth=1) if oldest and now - oldest >= timedelta(minutes=1) else ""


def counted(kind: str, rows: QuerySet[Any], since: str) -> QuerySet[Any, Any]:
    """One row, to be joined with others by a union: the kind, how many, and since when the oldest waits."""
    named = rows.order_by().values(queue=Value(kind, output_field=CharField()))
    return named.annotate(number=Count("pk"), oldest=Min(since)).values_list("queue", "number", "oldest")


def list_of(model: str, **filters: str) -> str:
    url = reverse(f"admin:{model}_changelist")
    return f"{url}?{urlencode(filters)}" if filters else url
