"""Hiding every name under a statement at once, when showing them could put people at risk; the count stays."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, hidden_names
from accounts.models import User
from letters.models import Release
from statements.cards import statement_cards
from statements.exceptions import ReasonMissing, StatementsError
from statements.models import Statement


def hide_names(statement_id: int, *, by: User, reason: str, now: datetime) -> Statement:
    """Show no signatory of this statement to anybody outside; pages follow within PAGE_CACHE_SECONDS.

    Not in the PDF, not to other delegates; receipts stay. Letters are a decision of their own: see letters_that_wait().
    A second time changes nothing and writes no line. Raises ReasonMissing.
    """
    return _set(statement_id, True, "hide_names", by, reason, now)


def show_names(statement_id: int, *, by: User, reason: str, now: datetime) -> Statement:
    """Show the signatories again. Raises ReasonMissing."""
    return _set(statement_id, False, "show_names", by, reason, now)


def letters_that_wait(statement: Statement) -> int:
    """How many releases with the names of this statement are asked for, or approved and not stopped."""
    digests = [f"statement:{version.digest}" for version in statement.versions.all() if version.digest]
    open_states = [Release.State.REQUESTED, Release.State.APPROVED]
    return Release.objects.filter(about__in=digests, state__in=open_states).count()


@transaction.atomic
def _set(statement_id: int, hidden: bool, act: str, by: User, reason: str, now: datetime) -> Statement:
    if not reason.strip():
        raise ReasonMissing(_("Please write the reason."))
    statement = Statement.objects.select_for_update(of=["self"], no_key=True).get(pk=statement_id)
    if statement.names_hidden != hidden:
        statement.names_hidden = hidden
        statement.save(update_fields=["names_hidden"])
        audit.record(f"statements.{act}", statement, by=by, reason=reason, now=now)
        transaction.on_commit(hidden_names.forget)
    return statement


def _titles(hidden: bool | None) -> Iterator[tuple[int, str]]:
    with_names = [*Statement.PUBLIC_STATES, Statement.State.OPEN, Statement.State.CLOSED]
    statements = Statement.objects.filter(state__in=with_names)
    chosen = statements if hidden is None else statements.filter(names_hidden=hidden)
    return ((card.version.statement_id, card.title) for card in statement_cards(chosen))


hidden_names.register(
    hidden_names.Kind(
        model="statements.statement",
        label=gettext_lazy("Statements"),
        permission="statements.hide_names_statement",
        titles=_titles,
        hidden=lambda: list(Statement.objects.filter(names_hidden=True).order_by("pk").values_list("pk", flat=True)),
        hide=hide_names,
        show=show_names,
        refusal=StatementsError,
    )
)
