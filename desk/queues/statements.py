"""Statements open for co-signing, invitations without an answer, organizations that applied."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.models import DelegateRequest, Organization
from desk.queues.lines import Queue, age, list_of
from statements.models import CoSignature, Invitation, Question, Statement, Translation

OPEN_STATEMENTS_SHOWN = 10


def open_statements(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.view_statement"):
        return
    titles = Translation.objects.filter(version__statement=OuterRef("pk")).order_by("-version__number")
    counted = Q(cosignatures__withdrawn_at=None, cosignatures__superseded_at=None, cosignatures__confirmed_at__lte=now)
    found = list(
        Statement.objects.filter(state=Statement.State.OPEN)
        .annotate(
            english=Subquery(titles.filter(language="en").values("title")[:1]),
            title=Subquery(titles.values("title")[:1]),
            asked=Count("invitations", distinct=True),
            signed=Count("cosignatures", filter=counted, distinct=True),
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


def waiting_for_a_second_person(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.view_cosignature"):
        return
    rows = CoSignature.objects.standing().filter(confirmed_at=None)
    found = rows.aggregate(count=Count("pk"), oldest=Min("signed_at"))
    yield Queue(
        _("Co-signatures that wait for a second person"),
        found["count"],
        age(found["oldest"], now),
        list_of("statements_cosignature", stands="waits"),
        is_mine=user.has_perm("statements.confirm_cosignature"),
    )


def questions(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("statements.answer_question"):
        return
    found = Question.objects.filter(answered_at=None).aggregate(count=Count("pk"), oldest=Min("asked_at"))
    yield Queue(
        _("Questions of organizations"),
        found["count"],
        age(found["oldest"], now),
        list_of("statements_statement", state__exact="open"),
    )


def colleagues(user: Any, now: datetime) -> Iterator[Queue]:
    if not user.has_perm("campaigns.invite_delegate"):
        return
    rows = DelegateRequest.objects.filter(state=DelegateRequest.State.WAITING)
    found = rows.aggregate(count=Count("pk"), oldest=Min("created_at"), first=Min("organization"))
    url = reverse("admin:campaigns_organization_change", args=[found["first"]]) if found["first"] else ""
    yield Queue(_("Colleagues whom delegates named"), found["count"], age(found["oldest"], now), url)


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
