"""Offices that somebody has to look at again, and letters that an office has outrun."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from desk.queues.lines import Queue, list_of
from letters.models import Recipient
from letters.staleness import out_of_date


def offices_to_verify(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_recipient"):
        return
    found = Recipient.objects.to_verify(timezone.localdate(now)).aggregate(
        count=Count("pk"), never=Count("pk", filter=Q(verified_on=None))
    )
    note = _("%d were never verified.") % found["never"] if found["never"] else ""
    yield Queue(
        _("Offices to verify"),
        found["count"],
        "",
        list_of("letters_recipient", review="due"),
        note,
        is_mine=user.has_perm("letters.change_recipient"),
    )


def letters_out_of_date(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_letter"):
        return
    found = out_of_date(timezone.localdate(now))
    yield Queue(
        _("Approved letters whose office has changed"),
        len(found),
        "",
        list_of("letters_letter", progress="out_of_date"),
        _("Another holder or address than when they were approved: they do not leave as they are."),
        is_mine=user.has_perm("letters.change_dispatch"),
        is_trouble=True,
    )
