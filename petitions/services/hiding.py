"""Hiding every public name under a petition at once, when showing them could put people at risk; the count stays."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, hidden_names
from accounts.models import User
from petitions.cards import petition_cards
from petitions.exceptions import PetitionsError, ReasonMissing
from petitions.models import Petition


def hide_names(petition_id: int, *, by: User, reason: str, now: datetime) -> Petition:
    """Show no name under this petition to anybody outside; pages follow within PAGE_CACHE_SECONDS.

    A second time changes nothing and writes no line. Raises ReasonMissing.
    """
    return _set(petition_id, True, "hide_names", by, reason, now)


def show_names(petition_id: int, *, by: User, reason: str, now: datetime) -> Petition:
    """Show again the names of those who chose to be seen. Raises ReasonMissing."""
    return _set(petition_id, False, "show_names", by, reason, now)


@transaction.atomic
def _set(petition_id: int, hidden: bool, act: str, by: User, reason: str, now: datetime) -> Petition:
    if not reason.strip():
        raise ReasonMissing(_("Please write the reason."))
    petition = Petition.objects.select_for_update(of=["self"], no_key=True).get(pk=petition_id)
    if petition.names_hidden != hidden:
        petition.names_hidden = hidden
        petition.save(update_fields=["names_hidden"])
        audit.record(f"petitions.{act}", petition, by=by, reason=reason, now=now)
        transaction.on_commit(hidden_names.forget)
    return petition


def _titles(hidden: bool | None) -> Iterator[tuple[int, str]]:
    petitions = Petition.objects.public()
    chosen = petitions if hidden is None else petitions.filter(names_hidden=hidden)
    return ((card.petition_id, card.title) for card in petition_cards(chosen))


hidden_names.register(
    hidden_names.Kind(
        model="petitions.petition",
        label=gettext_lazy("Petitions"),
        permission="petitions.hide_names_petition",
        titles=_titles,
        hidden=lambda: list(Petition.objects.filter(names_hidden=True).order_by("pk").values_list("pk", flat=True)),
        hide=hide_names,
        show=show_names,
        refusal=PetitionsError,
    )
)
