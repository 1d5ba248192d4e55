"""Mail that came in and waits for somebody, and letters that nobody answers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from desk.queues.lines import Queue, age, list_of
from letters.models import FollowUp, InboundMail
from letters.services import coalition_day

State, Kind = InboundMail.State, InboundMail.Kind


def mails_that_came_in(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_inboundmail"):
        return
    found = InboundMail.objects.to_do().aggregate(
        count=Count("pk"),
        oldest=Min("received_at"),
        parked=Count("pk", filter=Q(state=State.PARKED)),
        answers=Count("pk", filter=Q(state=State.NEW, kind=Kind.ANSWER)),
    )
    note = _("%(answers)d answers to record, %(parked)d parked: whose letter they answer is not known.") % found
    url = list_of("letters_inboundmail")
    mine = user.has_perm("letters.change_inboundmail")
    yield Queue(_("Mails that came in"), found["count"], age(found["oldest"], now), url, note, is_mine=mine)


def follow_ups(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("letters.view_followup"):
        return
    today = coalition_day(now)
    found = FollowUp.objects.open().aggregate(
        count=Count("pk"),
        oldest=Min("created_at"),
        overdue=Count("pk", filter=Q(due_on__lt=today)),
        own=Count("pk", filter=Q(owner=user.pk)),
    )
    yield Queue(
        _("Letters without an answer"),
        found["count"],
        age(found["oldest"], now),
        list_of("letters_followup"),
        _("%(own)d are yours, %(overdue)d are overdue.") % found,
        is_mine=user.has_perm("letters.change_followup"),
    )
