"""Petitions as lines of a list: one query, whatever their number and languages."""

from django.db.models import QuerySet

from campaigns.languages import in_language
from petitions.models import Petition, PetitionText


def petition_cards(petitions: QuerySet[Petition]) -> list[PetitionText]:
    """The text of each petition in the page's language, newest petition first. The body is not loaded."""
    rows = (
        PetitionText.objects.filter(petition__in=petitions)
        .select_related("petition")
        .defer("body")
        .order_by("-petition_id")
    )
    by_petition: dict[int, list[PetitionText]] = {}
    for row in rows:
        by_petition.setdefault(row.petition_id, []).append(row)
    return [text for texts in by_petition.values() if (text := in_language(texts))]
