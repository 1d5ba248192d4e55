"""The life of a statement: opening it for co-signing, closing, publishing. Its text is in wording."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from statements.exceptions import TransitionRefused
from statements.models import Statement
from statements.services import reconsent
from statements.services.news import tell_of_publication
from statements.services.transitions import locked as _locked
from statements.services.transitions import move as _move
from statements.services.transitions import newest as _newest

State = Statement.State


@transaction.atomic
def open_for_cosigning(statement_id: int, *, by: User, now: datetime) -> Statement:
    """Locked to open. Raises TransitionRefused without a deadline that lies ahead.

    Where it takes the place of a version that was open before, those who signed that one are told or asked again.
    """
    statement = _locked(statement_id, {State.LOCKED})
    if statement.deadline is None or statement.deadline <= now:
        raise TransitionRefused(_("Set a deadline for co-signing that lies ahead."))
    _move(statement, State.OPEN, "open_for_cosigning", by, now)
    version = _newest(statement)
    if version.change:
        reconsent.version_changed(version, version.change, by=by, now=now)
    return statement


@transaction.atomic
def close_cosigning(statement_id: int, *, by: User, now: datetime) -> Statement:
    """Open to closed: nobody signs any more."""
    statement = _locked(statement_id, {State.OPEN})
    _move(statement, State.CLOSED, "close_cosigning", by, now)
    return statement


@transaction.atomic
def publish_statement(statement_id: int, *, by: User, now: datetime, reason: str = "") -> Statement:
    """Closed to published, by somebody who neither began it nor wrote or locked it last. Raises TransitionRefused."""
    statement = _locked(statement_id, {State.CLOSED})
    check_publisher(statement, by)
    statement.published_at = now
    _move(statement, State.PUBLISHED, "publish_statement", by, now, reason)
    tell_of_publication(statement, now=now)
    return statement


def check_publisher(statement: Statement, by: User) -> None:
    """Raises TransitionRefused unless this person may be the second of the two whom publishing takes."""
    if statement.author_id == by.pk:
        raise TransitionRefused(_("A statement is published by somebody other than its author."))
    if statement.was_written_by(by.pk):
        raise TransitionRefused(_("A text is published by somebody other than who wrote or locked it last."))
    if not statement.cosignatures.on(_newest(statement)).exists():
        raise TransitionRefused(_("No organization has signed this version."))
