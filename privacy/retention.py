"""Retention clocks: what personal data lives how long, declared by the rooms and run by one task.

A room registers its clocks in its module `personal_data`, which its `ready()` imports.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Min, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from privacy.models import RetentionRun

logger = logging.getLogger(__name__)

Label = str | Promise
BATCH = 1_000  # rows in one transaction


@dataclass(frozen=True)
class Clock:
    """One rule. `act`, `count` and `oldest` hold the same rows for due: what `count` says, `act` then does.

    `act` and `count` take the moment before which data is due, which is `after` ago. `act` yields the number of rows
    after each of its transactions; one that fails loses only its own. `oldest` is when the oldest row with such data
    began to count, None when there is none.
    """

    name: str  # "petitions.unconfirmed"
    title: Label
    what: Label  # what goes, and what stays
    after: timedelta
    since: Label  # "after the link was mailed"
    act: Callable[[datetime], Iterator[int]]
    count: Callable[[datetime], int]
    oldest: Callable[[], datetime | None]


@dataclass(frozen=True)
class Outcome:
    """What one clock had to do and did; `error` is the kind of what stopped it, else ""."""

    clock: Clock
    due: int
    done: int
    oldest: datetime | None
    error: str = ""


_clocks: dict[str, Clock] = {}


def register(clock: Clock) -> None:
    """Declare a clock, once, from an app's `ready()`."""
    _clocks[clock.name] = clock


def clocks() -> list[Clock]:
    """All of them, by name."""
    return [_clocks[name] for name in sorted(_clocks)]


def look(*, now: datetime) -> list[Outcome]:
    """What every clock would do now. Changes nothing."""
    return [Outcome(clock, clock.count(now - clock.after), 0, clock.oldest()) for clock in clocks()]


def run(*, now: datetime) -> list[Outcome]:
    """Run every clock; one that fails is logged and noted, and the others still run."""
    return [_run(clock, now) for clock in clocks()]


def batches(rows: Callable[[], QuerySet], act: Callable[[list[int]], int]) -> Iterator[int]:
    """Hand the due rows to `act` a batch of primary keys at a time, each batch once; yields what it returns."""
    after: int | None = None
    while True:
        due = rows() if after is None else rows().filter(pk__gt=after)
        keys = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if keys:
            yield act(keys)
            after = keys[-1]
        if len(keys) < BATCH:
            return


def deleted(due: QuerySet) -> Iterator[int]:
    """Delete the due rows of one table, a batch at a time. Its primary key need not be a number."""
    while keys := list(due.values_list("pk", flat=True)[:BATCH]):
        yield due.model._default_manager.filter(pk__in=keys).delete()[1].get(due.model._meta.label, 0)


def oldest(rows: QuerySet, field: str) -> datetime | None:
    """The smallest `field` of these rows."""
    found: datetime | None = rows.aggregate(oldest=Min(field))["oldest"]
    return found


def _run(clock: Clock, now: datetime) -> Outcome:
    before, due, done, error = now - clock.after, 0, 0, ""
    started_at = timezone.now()
    try:
        due = clock.count(before)
        for rows in clock.act(before):
            done += rows
        oldest = clock.oldest()
    except Exception as exc:  # whatever it is, the other clocks run
        logger.exception("retention clock %s failed", clock.name)
        oldest, error = None, type(exc).__name__
    run, _created = RetentionRun.objects.update_or_create(
        clock=clock.name,
        defaults={"started_at": started_at, "finished_at": timezone.now(), "done": done, "error": error},
    )
    RetentionRun.objects.filter(pk=run.pk).update(done_in_all=F("done_in_all") + done)
    return Outcome(clock, due, done, oldest, error)
