"""What waits for a look under petitions: held signatures, comments, reports, milestones; all in one query."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from desk.queues.lines import Queue, age, counted, list_of
from petitions.models import Comment, Milestone, Report, Signature
from petitions.services import comments


def waiting_for_a_look(user: Any, now: datetime) -> Iterator[Queue]:
    held = Signature.objects.filter(state=Signature.State.HELD)
    waiting = comments().filter(comment_state=Comment.CommentState.WAITING)
    reported = Report.objects.filter(state=Report.State.WAITING)
    proposing = Milestone.objects.filter(Q(tell_recipients=True) | Q(tell_signatories=True), settled_at=None)
    reached = proposing.filter(reached_at__isnull=False)
    asked = [
        ("petitions.view_report", counted("report", reported, "at")),
        ("petitions.view_signature", counted("held", held, "confirmed_at")),
        ("petitions.view_comment", counted("comment", waiting, "confirmed_at")),
        ("petitions.view_milestone", counted("milestone", reached, "reached_at")),
    ]
    queries = [query for permission, query in asked if user.has_perm(permission)]
    found = queries[0].union(*queries[1:], all=True) if queries else []
    for kind, count, oldest in found:
        title, url, note, permission = _words(kind)
        yield Queue(title, count, age(oldest, now), url, note, is_mine=user.has_perm(permission))


def _words(kind: str) -> tuple[str, str, str, str]:
    """Title, address of the list, note, and the permission that lets one do something about it."""
    if kind == "report":
        url = list_of("petitions_report", state__exact=Report.State.WAITING)
        return _("Reports of visitors"), url, "", "petitions.change_report"
    if kind == "held":
        note = _("They read that they are counted: release them or strike them out.")
        url = list_of("petitions_signature", state__exact=Signature.State.HELD)
        return _("Signatures held for a look"), url, note, "petitions.moderate_signature"
    if kind == "comment":
        url = list_of("petitions_comment", comment_state__exact=Comment.CommentState.WAITING)
        return _("Comments that wait for a look"), url, "", "petitions.moderate_comment"
    note = _("Nothing leaves by itself: ask for the release, write the update, or leave it.")
    url = list_of("petitions_milestone", progress="reached")
    return _("Milestones that propose a letter or an update"), url, note, "petitions.change_milestone"
