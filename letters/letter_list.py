"""The letters of an approved release, filtered, a page at a time, each with its own moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.admin_fields import language_choices
from letters.browsing import Filter
from letters.models import Letter, Release
from letters.models.letter import LetterQuerySet, Progress
from letters.models.recipient import Channel
from letters.previews import moment_at_office
from letters.timing import Leaving
from letters.zones import zone_of

A_PAGE = 150


def letters_of(release: Release, said: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """What the page of a release shows of its letters. `said`: in_language, by_channel, show, page, as they came."""
    everything = Letter.objects.filter(release=release).with_progress()
    chosen = _chosen(everything, said).select_related("recipient").defer("copy").order_by("recipient__name", "pk")
    page = Paginator(chosen, A_PAGE).get_page(said.get("page", "1"))
    letters: list[Any] = list(page)
    for letter in letters:
        letter.planned_words = ""
        if letter.leaves_at and letter.left_at is None and letter.stopped_at is None and letter.leaves_at > now:
            zone = zone_of(letter.recipient)
            if zone:
                letter.planned_words = moment_at_office(Leaving(letter.leaves_at, zone, zone_is_known=True))
    return {
        "letters": letters,
        "letters_count": everything.count(),
        "page": page,
        "filters": _filters(everything, said),
        "is_filtered": any(said.get(name) for name in ("in_language", "by_channel", "show")),
    }


def _chosen(letters: LetterQuerySet, said: Mapping[str, str]) -> LetterQuerySet:
    if language := said.get("in_language", ""):
        letters = letters.filter(language=language)
    if channel := said.get("by_channel", ""):
        letters = letters.filter(channel=channel)
    if (show := said.get("show", "")) in Progress.values:
        letters = letters.in_progress(Progress(show))
    return letters


def _filters(letters: LetterQuerySet, said: Mapping[str, str]) -> list[Filter]:
    names = dict(language_choices())
    labels: dict[str, dict[str, Any]] = {
        "language": names,
        "channel": dict(Channel.choices),
        "progress": dict(Progress.choices),
    }
    boxes = []
    for column, name, label in (
        ("language", "in_language", _("Language")),
        ("channel", "by_channel", _("Channel")),
        ("progress", "show", _("Progress")),
    ):
        found = letters.order_by().values_list(column).annotate(count=Count("pk")).order_by(column)
        choices = [
            (str(key), f"{labels[column].get(key, key)} ({count})", said.get(name) == key) for key, count in found
        ]
        if len(choices) > 1:
            boxes.append(Filter(name, label, choices))
    return boxes
