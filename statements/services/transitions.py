"""What every change of a statement's state has in common: lock the row, look at its state, move it, write the line."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from statements.exceptions import TransitionRefused
from statements.models import Statement, Version

State = Statement.State


def locked(statement_id: int, states: set[State]) -> Statement:
    """The row, locked for this transaction, when its state is one of `states`. Raises TransitionRefused."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if statement.state not in states:
        raise TransitionRefused(
            _("This statement is “%s”: that step is not possible now.") % statement.get_state_display()
        )
    return statement


def newest(statement: Statement) -> Version:
    version = statement.versions.order_by("-number").first()
    if version is None:
        raise TransitionRefused(_("Write the text first."))
    return version


def move(
    statement: Statement, to: State, act: str, by: User | None, now: datetime, reason: str = "", **details: Any
) -> None:
    was, statement.state = statement.state, to
    statement.save(update_fields=["state", "published_at", "embargo_until"])
    audit.record(f"statements.{act}", statement, by=by, reason=reason, now=now, was=was, state=to.value, **details)
