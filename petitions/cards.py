"""Petitions as lines of a list: one query, whatever their number and languages."""

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.languages import in_language
from petitions.figures import shown_counts
from petitions.models import Petition, PetitionText


def petition_cards(petitions: QuerySet[Petition]) -> list[PetitionText]:
    """The text of each petition in the page's language, newest petition first. The body is not loaded.

    `card.petition.shown` is the number that everybody may see of it (figures.Shown); a second query only where a
    petition is under duty of care.
    """
    rows = (
        PetitionText.objects.filter(petition__in=petitions)
        .select_related("petition")
        .defer("body")
        .order_by("-petition_id")
    )
    by_petition: dict[int, list[PetitionText]] = {}
    for row in rows:
        by_petition.setdefault(row.petition_id, []).append(row)
    cards = [text for texts in by_petition.values() if (text := in_language(texts))]
    shown = shown_counts([card.petition for card in cards], timezone.now())
    for card in cards:
        setattr(card.petition, "shown", shown[card.petition_id])  # noqa: B010
    return cards
