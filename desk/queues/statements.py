"""Statements open for co-signing, invitations without an answer, organizations that applied."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.models import Organization
from desk.queues.lines import Queue, age, list_of
from statements.models import Invitation, Statement, Translation

OPEN_STATEMENTS_SHOWN = 10


def open_statements(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.view_statement"):
        return
    titles = Translation.objects.filter(version__statement=OuterRef("pk")).order_by("-version__number")
    found = list(
        Statement.objects.filter(state=Statement.State.OPEN)
        .annotate(
            english=Subquery(titles.filter(language="en").values("title")[:1]),
            title=Subquery(titles.values("title")[:1]),
            asked=Count("invitations", distinct=True),
            signed=Count("cosignatures", filter=Q(cosignatures__withdrawn_at=None), distinct=True),
        )
        .order_by("deadline")
    )
    late = sum(1 for row in found if row.deadline and row.deadline <= now)
    details = [_signing_sentence(row, now) for row in found[:OPEN_STATEMENTS_SHOWN]]
    yield Queue(
        _("Statements open for co-signing"),
        len(found),
        "",
        list_of("statements_statement", state__exact="open"),
        _("%d past the deadline: close co-signing.") % late if late else "",
        is_mine=user.has_perm("statements.lock_statement"),
        is_trouble=bool(late),
        details=details,
    )


def invitations(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.view_invitation"):
        return
    found = Invitation.objects.waiting(now).aggregate(count=Count("pk"), oldest=Min("invited_at"))
    yield Queue(
        _("Invitations without an answer"),
        found["count"],
        age(found["oldest"], now),
        list_of("statements_invitation", answer="waiting"),
        is_mine=user.has_perm("statements.invite_statement"),
    )


def applicants(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("campaigns.view_organization"):
        return
    found = Organization.objects.filter(state=Organization.State.APPLIED).aggregate(
        count=Count("pk"), oldest=Min("created_at")
    )
    yield Queue(
        _("Organizations that applied"),
        found["count"],
        age(found["oldest"], now),
        list_of("campaigns_organization", state__exact="applied"),
        is_mine=user.has_perm("campaigns.change_organization"),
    )


def _signing_sentence(row: Any, now: datetime) -> str:
    words = _("%(title)s: %(signed)d of %(asked)d signed") % {
        "title": row.english or row.title or row.slug,
        "signed": row.signed,
        "asked": row.asked,
    }
    if row.deadline is None:
        return words
    when = date_format(row.deadline.astimezone(ZoneInfo(row.time_zone)), "DATETIME_FORMAT")
    template = (
        _("%(words)s, until %(when)s (%(zone)s)") if row.deadline > now else _("%(words)s, ended %(when)s (%(zone)s)")
    )
    return template % {"words": words, "when": when, "zone": row.time_zone}
