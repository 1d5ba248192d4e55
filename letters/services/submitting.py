"""Submissions: checked once more, frozen with their pack, and noted when they were handed in."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.deadlines import deadline_of
from letters.exceptions import SubmissionRefused
from letters.models import Route, RouteConflict, RouteRule, Session, Submission
from letters.route_checks import Facts, Result, check

State = Submission.State


def routes_taken(case: str) -> set[int]:
    """The routes on which this case stands, prepared or handed in."""
    return set(Submission.objects.standing().filter(case=case).values_list("route", flat=True)) if case else set()


def rule_for(route: Route, session: Session | None, now: datetime) -> RouteRule:
    """The version that counts: that of the session's first day, else of today. Raises SubmissionRefused."""
    rule = route.rule_on(session.starts_on if session else timezone.localdate(now))
    if rule is None:
        raise SubmissionRefused(_("This route has no rule yet. Write its first version."))
    return rule


def check_route(route: Route, facts: Facts, *, session: Session | None, now: datetime) -> Result:
    """The findings for one text on one route. Raises SubmissionRefused where the route has no rule."""
    conflicts = RouteConflict.objects.filter(Q(first=route) | Q(second=route)).select_related("first", "second")
    return check(
        route,
        rule_for(route, session, now),
        facts,
        deadline=deadline_of(session, route) if session else None,
        conflicts=conflicts,
        now=now,
    )


@transaction.atomic
def prepare_submission(
    route: Route,
    facts: Facts,
    *,
    sheet: Callable[[RouteRule], dict[str, Any]],
    session: Session | None,
    about: str,
    case: str,
    title: str,
    text_digest: str,
    by: User,
    now: datetime,
) -> Submission:
    """Freeze the pack of a text for a route; `sheet` writes it. Raises SubmissionRefused with what the body refuses."""
    result = check_route(route, facts, session=session, now=now)
    if result.blocks:
        raise SubmissionRefused(" ".join(row.sentence for row in result.blocks))
    rule = rule_for(route, session, now)
    submission = Submission.objects.create(
        route=route,
        rule=rule,
        session=session,
        about=about,
        case=case,
        title=title,
        language=facts.language,
        text_digest=text_digest,
        sheet=sheet(rule),
        prepared_by=by,
        prepared_at=now,
    )
    audit.record(
        "letters.prepare_submission",
        submission,
        by=by,
        now=now,
        route=route.slug,
        text_digest=text_digest,
        warnings=[row.topic for row in result.warnings],
    )
    return submission


@transaction.atomic
def note_submitted(submission_id: int, *, on: date, evidence: str, by: User, now: datetime) -> Submission:
    """Note that it was handed in, with the evidence. Raises SubmissionRefused."""
    submission = _locked(submission_id, State.PREPARED)
    if on > timezone.localdate(now):
        raise SubmissionRefused(_("This day lies ahead."))
    if not evidence.strip():
        raise SubmissionRefused(_("Write down the evidence: the number of the form, or who confirmed it and when."))
    submission.state, submission.submitted_on, submission.evidence = State.SUBMITTED, on, evidence.strip()
    submission.save(update_fields=["state", "submitted_on", "evidence"])
    audit.record("letters.note_submitted", submission, by=by, now=now, on=on.isoformat())
    return submission


@transaction.atomic
def set_aside(submission_id: int, *, reason: str, by: User, now: datetime) -> Submission:
    """Leave a prepared submission: it was not handed in, and no longer counts as a way the case goes."""
    submission = _locked(submission_id, State.PREPARED)
    submission.state = State.SET_ASIDE
    submission.save(update_fields=["state"])
    audit.record("letters.set_aside_submission", submission, by=by, now=now, reason=reason)
    return submission


def _locked(submission_id: int, state: State) -> Submission:
    submission = Submission.objects.select_for_update(of=["self"]).get(pk=submission_id)
    if submission.state != state:
        raise SubmissionRefused(
            _("This submission is “%s”: nothing changes any more.") % submission.get_state_display()
        )
    return submission
