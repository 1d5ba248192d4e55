"""Looking for lines of the audit: by act, thing, person, days and words of the reason."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import AuditEntry, User

BATCH = 2_000
COLUMNS = ("line", "at", "person", "act", "object_type", "object", "reason", "details", "position", "digest")


@dataclass(frozen=True)
class Question:
    """What is looked for; what is empty does not narrow. Days are those of the site's time zone, both included."""

    act: str = ""
    object_type: str = ""
    object_id: int | None = None
    by: User | None = None
    first_day: date | None = None
    last_day: date | None = None
    words: str = ""  # of the reason

    def lines(self) -> models.QuerySet[AuditEntry]:
        """The lines, newest first."""
        found = AuditEntry.objects.all()
        if self.act:
            found = found.filter(act=self.act)
        if self.object_type:
            found = found.filter(object_type=self.object_type)
        if self.object_id is not None:
            found = found.filter(object_id=self.object_id)
        if self.by:
            found = found.filter(by=self.by)
        if self.first_day:
            found = found.filter(at__gte=_begins(self.first_day))
        if self.last_day:
            found = found.filter(at__lt=_begins(self.last_day + timedelta(days=1)))
        if self.words:
            found = found.filter(reason__icontains=self.words)
        return found.order_by("-pk")

    def as_details(self) -> dict[str, Any]:
        """For the audit of an export: what was asked for, without the words, which could be about somebody."""
        asked = {
            "act": self.act,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "person": self.by and self.by.pk,
            "first_day": self.first_day and self.first_day.isoformat(),
            "last_day": self.last_day and self.last_day.isoformat(),
            "by_words": bool(self.words),
        }
        return {key: value for key, value in asked.items() if value}


def rows(question: Question, *, up_to: int) -> Iterator[tuple[Any, ...]]:
    """COLUMNS of each line found, up to number `up_to`, newest first; BATCH rows at a time, persons as numbers."""
    found, below = question.lines().select_related("link"), up_to + 1
    while True:
        batch = list(found.filter(pk__lt=below)[:BATCH])
        for entry in batch:
            link = getattr(entry, "link", None)
            yield (
                entry.pk,
                entry.at.isoformat(timespec="microseconds"),
                entry.by_id,
                entry.act,
                entry.object_type,
                entry.object_id,
                entry.reason,
                json.dumps(entry.details, ensure_ascii=False, sort_keys=True),
                link and link.position,
                link and bytes(link.digest).hex(),
            )
        if len(batch) < BATCH:
            return
        below = batch[-1].pk


def _begins(day: date) -> datetime:
    """The first moment of a day on the site's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))
