"""Hiding every public name under a petition at once, when showing them could put people at risk; the count stays."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts import hidden_names
from accounts.models import User
from petitions.cards import petition_cards
from petitions.models import Petition


def _titles(hidden: bool | None) -> Iterator[tuple[int, str]]:
    petitions = Petition.objects.public()
    chosen = petitions if hidden is None else petitions.filter(names_hidden=hidden)
    return ((card.petition_id, card.title) for card in petition_cards(chosen))


PETITIONS = hidden_names.register(hidden_names.Kind(Petition, label=_("Petitions"), titles=_titles))


def hide_names(petition_id: int, *, by: User, reason: str, now: datetime) -> None:
    """Show no name under this petition to anybody outside. See hidden_names.set_hidden()."""
    hidden_names.set_hidden(PETITIONS, petition_id, True, by=by, reason=reason, now=now)


def show_names(petition_id: int, *, by: User, reason: str, now: datetime) -> None:
    """Show again the names of those who chose to be seen."""
    hidden_names.set_hidden(PETITIONS, petition_id, False, by=by, reason=reason, now=now)
