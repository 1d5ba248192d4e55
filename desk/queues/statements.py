"""Statements open for co-signing, invitations without an answer, organizations that applied."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Count, Min, OuterRef, Q, QuerySet, Subquery, Value
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


def between_invitation_and_answer(user: Any, now: datetime) -> Iterator[Queue]:
    """Questions, co-signatures that nobody has confirmed, and colleagues to let in; one query."""
    asked: list[tuple[str, QuerySet[Any, Any]]] = [
        ("statements.answer_question", _counted("question", Question.objects.filter(answered_at=None), "asked_at")),
        (
            "statements.view_cosignature",
            _counted("second", CoSignature.objects.standing().filter(confirmed_at=None), "signed_at"),
        ),
        (
            "campaigns.invite_delegate",
            _counted("colleague", DelegateRequest.objects.filter(state=DelegateRequest.State.WAITING), "created_at"),
        ),
    ]
    queries = [query for permission, query in asked if user.has_perm(permission)]
    found = queries[0].union(*queries[1:], all=True) if queries else []
    for kind, count, oldest, organization in found:
        if kind == "question":
            title, url, is_mine = (
                _("Questions of organizations"),
                list_of("statements_statement", state__exact="open"),
                True,
            )
        elif kind == "second":
            title, url = (
                _("Co-signatures that wait for a second person"),
                list_of("statements_cosignature", stands="waits"),
            )
            is_mine = user.has_perm("statements.confirm_cosignature")
        else:
            title, is_mine = _("Colleagues whom delegates named"), True
            url = reverse("admin:campaigns_organization_change", args=[organization])
        yield Queue(title, count, age(oldest, now), url, is_mine=is_mine)


def _counted(kind: str, rows: QuerySet[Any], since: str) -> QuerySet[Any, Any]:
    """One row, or none: the kind, how many, since when the oldest waits, and one organization that it is about."""
    about = "organization" if kind != "question" else "invitation__organization"
    named = rows.order_by().values(queue=Value(kind, output_field=CharField()))
    return named.annotate(number=Count("pk"), oldest=Min(since), about=Min(about)).values_list(
        "queue", "number", "oldest", "about"
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
