"""Releases, letters and deliveries that wait for somebody; and what leaves by itself soon."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk.queues.lines import Queue, age, list_of
from letters.models import Dispatch, Letter, Release
from letters.previews import moment_in_words, time_left_in_words
from outbox.models import Email


def releases_queue(user: Any, now: datetime, *, count: int, own: int, oldest: datetime | None) -> Queue:
    """Releases that wait, `own` of them asked for by this person."""
    may_approve = user.has_perm("letters.approve_release")
    others = count - own
    if not may_approve:
        note = _("Somebody who approves letters decides.")
    elif own and others:
        note = _("You decide %(others)d; you asked for the other %(own)d yourself.") % {"own": own, "others": others}
    elif own:
        note = _("You asked yourself, so somebody else decides.")
    else:
        note = _("You can decide: read the copies, then approve or send back.")
    return Queue(
        _("Releases that wait for approval"),
        count,
        age(oldest, now),
        list_of("letters_release", state__exact="requested"),
        note,
        is_mine=may_approve and others > 0,
    )


def letters_in_trouble(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_letter"):
        return
    found = Letter.objects.in_trouble().aggregate(
        count=Count("pk"),
        oldest=Min("email__due_at"),
        failed=Count("pk", filter=Q(email__state=Email.State.FAILED)),
        bounced=Count("pk", filter=Q(email__bounced_at__isnull=False)),
    )
    note = _("%(failed)d failed, %(bounced)d came back, %(uncertain)d may have arrived.") % {
        **found,
        "uncertain": found["count"] - found["failed"] - found["bounced"],
    }
    yield Queue(
        _("Letters failed or uncertain"),
        found["count"],
        age(found["oldest"], now),
        list_of("letters_letter", progress="trouble"),
        note,
        is_mine=user.has_perm("letters.change_dispatch"),
        is_trouble=True,
    )


def deliveries(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_dispatch"):
        return
    today = timezone.localdate(now)
    found = Dispatch.objects.filter(done_at=None, letter__stopped_at=None).aggregate(
        count=Count("pk"),
        next=Min("due_on"),
        oldest=Min("letter__created_at"),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
    )
    note = _("%d overdue.") % found["overdue"] if found["overdue"] else _due_note(found["next"])
    yield Queue(
        _("Deliveries by staff to do"),
        found["count"],
        age(found["oldest"], now),
        list_of("letters_dispatch"),
        note,
        is_mine=user.has_perm("letters.change_dispatch"),
        is_trouble=bool(found["overdue"]),
    )


def leaving(user: Any, now: datetime) -> list[dict[str, Any]]:
    """Approved releases whose letters are still here, the next one first."""
    if not user.has_perm("letters.view_release"):
        return []
    cooling = Release.objects.filter(state=Release.State.APPROVED, send_at__gt=now).order_by("send_at")
    return [
        {
            "title": row.title,
            "url": reverse("admin:letters_release_change", args=[row.pk]),
            "left": time_left_in_words(row.send_at - now),
            "at": moment_in_words(row.send_at, user.time_zone),
            "iso": row.send_at.isoformat(),
        }
        for row in cooling.only("pk", "title", "send_at")
        if row.send_at
    ]


def _due_note(day: date | None) -> str:
    return _("The next is due on %s.") % date_format(day, "DATE_FORMAT") if day else ""
