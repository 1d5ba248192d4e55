"""Hiding every name under a statement at once, when showing them could put people at risk; the count stays."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import hidden_names
from accounts.models import User
from letters.models import Release
from statements.cards import statement_cards
from statements.models import Statement


def _titles(hidden: bool | None) -> Iterator[tuple[int, str]]:
    with_names = [
        *Statement.PUBLIC_STATES,
        Statement.State.OPEN,
        Statement.State.CLOSED,
        Statement.State.EMBARGOED,
    ]
    statements = Statement.objects.filter(state__in=with_names)
    chosen = statements if hidden is None else statements.filter(names_hidden=hidden)
    return ((card.version.statement_id, card.title) for card in statement_cards(chosen))


STATEMENTS = hidden_names.register(hidden_names.Kind(Statement, label=_("Statements"), titles=_titles))


def hide_names(statement_id: int, *, by: User, reason: str, now: datetime) -> None:
    """Show no signatory of this statement to anybody outside. See hidden_names.set_hidden().

    Not in the PDF, not to other delegates; receipts stay. Letters are a decision of their own: see letters_that_wait().
    """
    hidden_names.set_hidden(STATEMENTS, statement_id, True, by=by, reason=reason, now=now)


def show_names(statement_id: int, *, by: User, reason: str, now: datetime) -> None:
    """Show the signatories again."""
    hidden_names.set_hidden(STATEMENTS, statement_id, False, by=by, reason=reason, now=now)


def letters_that_wait(statement: Statement) -> int:
    """How many releases with the names of this statement are asked for, or approved and not stopped."""
    digests = [f"statement:{version.digest}" for version in statement.versions.all() if version.digest]
    open_states = [Release.State.REQUESTED, Release.State.APPROVED]
    return Release.objects.filter(about__in=digests, state__in=open_states).count()
