"""What the page of a petition shows besides its form, in as few queries as it takes."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from campaigns.languages import in_language
from petitions.figures import MAP_OUTLINE, MAP_SIZE, SHADES, figures, last_full_day, shown_count
from petitions.models import Petition, PetitionText, Signature, Update, UpdateText
from petitions.models.counting import SUPPRESSED_BELOW

RECENT_NAMES, RECENT_COMMENTS, RECENT_UPDATES = 12, 6, 6
FIGURES_SECONDS = 300  # they are those of the last full day: only what is struck out or withdrawn changes them


@dataclass
class _LocalName:
    language: str
    name: str


def public_petition(slug: str) -> Petition | None:
    """A petition with a page for everybody, its texts and campaign: two queries."""
    texts = PetitionText.objects.filter(petition__slug=slug, petition__in=Petition.objects.public())
    texts = texts.select_related("petition__campaign")
    if not texts:
        return None
    petition = texts[0].petition
    petition.__dict__["_prefetched_objects_cache"] = {"texts": texts}  # read already, with the petition beside them
    prefetch_related_objects([petition], "campaign__texts")
    return petition


def addressees(petition: Petition) -> list[dict[str, str]]:
    """`slug` and `name`, in the page's language, of each office that is asked: one query."""
    names: dict[tuple[str, str], list[_LocalName]] = {}
    fields = ("slug", "name", "forms_of_address__language", "forms_of_address__name")
    for slug, name, language, local in petition.recipients.values_list(*fields):
        rows = names.setdefault((slug, name), [])
        if language:
            rows.append(_LocalName(language, local))
    return [
        {"slug": slug, "name": row.name if (row := in_language(rows)) else name} for (slug, name), rows in names.items()
    ]


def parts(petition: Petition, now: datetime) -> dict[str, object]:
    """The context of the page about offices, count, people and news: four queries, three while figures are kept.

    `comments`: approved ones, of people with a public name or none. `listed`: who chose to be seen. Newest first.
    """
    people = Signature.objects.filter(petition=petition)
    newest = people.listed().order_by("-confirmed_at").values("pk")[:RECENT_NAMES]
    commented = people.commented().order_by("-confirmed_at").values("pk")[:RECENT_COMMENTS]
    chosen = people.filter(Q(pk__in=newest) | Q(pk__in=commented)).order_by("-confirmed_at", "-pk")
    rows = [] if petition.duty_of_care else list(chosen.defer("address"))
    listed = [] if petition.names_hidden else [row for row in rows if row.public_name]
    return {
        "addressees": addressees(petition),
        "counted": shown_count(petition, now),
        "listed": listed[:RECENT_NAMES],
        "comments": [
            {"text": row.comment, "name": "" if petition.names_hidden else row.public_name}
            for row in rows
            if row.comment and row.comment_state == Signature.CommentState.APPROVED
        ][:RECENT_COMMENTS],
        "updates": updates_of(petition)[:RECENT_UPDATES],
        "figures": figures_html(petition, now),
    }


def updates_of(petition: Petition) -> list[UpdateText]:
    """The text of each published update in the page's language, newest first; without bodies, one query."""
    rows = UpdateText.objects.filter(update__petition=petition, update__state=Update.State.PUBLISHED)
    by_update: dict[int, list[UpdateText]] = {}
    for row in rows.select_related("update").defer("body").order_by("-update__published_at", "-update_id"):
        by_update.setdefault(row.update_id, []).append(row)
    return [text for texts in by_update.values() if (text := in_language(texts))]


def public_update(slug: str, update_id: int) -> Update | None:
    """A published update under this petition, with its texts and the petition's."""
    found = Update.objects.filter(pk=update_id, petition__slug=slug, state=Update.State.PUBLISHED)
    found = found.filter(petition__in=Petition.objects.public()).select_related("petition")
    return found.prefetch_related("texts", Prefetch("petition__texts", PetitionText.objects.defer("body"))).first()


def figures_html(petition: Petition, now: datetime) -> SafeString:
    """Chart, map and their tables in the page's language, kept for FIGURES_SECONDS; "" while there are too few."""
    until = last_full_day(petition, now)
    key = f"figures:{petition.pk}:{until}:{int(petition.duty_of_care)}:{get_language()}"
    html = cache.get(key)
    if html is None:
        found = figures(petition, now)
        context = {
            "figures": found,
            "few": SUPPRESSED_BELOW,
            "outline": MAP_OUTLINE,
            "map_width": MAP_SIZE[0],
            "map_height": MAP_SIZE[1],
            "shades": list(enumerate(SHADES, 1)),
        }
        html = render_to_string("petitions/_figures.html", context).strip() if found.periods else ""
        cache.set(key, html, FIGURES_SECONDS)
    return mark_safe(html)  # as the template wrote it
