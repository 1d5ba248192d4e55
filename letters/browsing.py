"""The copies of a release as staff leaf through them: what is wrong first, then by name, a page at a time."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_fields import language_choices
from letters.models import Recipient, Release
from letters.models.recipient import Channel
from letters.planning import Plan, Planned
from letters.previews import moment_at_office, rows

A_PAGE = 40
NAMED = 20  # problems that are read out above the list

SHOWN = {
    "problems": gettext_lazy("with a problem"),
    "look": gettext_lazy("worth a look: another hour, or an unknown time zone"),
    "docx": gettext_lazy("as a Word file"),
}


@dataclass(frozen=True)
class Filter:
    """One box of choices: (value, words with a count, is chosen)."""

    name: str
    label: str
    choices: list[tuple[str, str, bool]]


def browse(release: Release, plan: Plan, said: Mapping[str, str], *, pdf_url: Callable[[int], str]) -> dict[str, Any]:
    """What templates/admin/letters/_copies.html needs. `said`: in_language, by_channel, show, page, as they came."""
    chosen = sorted(
        (row for row in plan.rows if _matches(row, said)),
        key=lambda row: (not row.is_problem, not row.needs_a_look, row.name.casefold(), row.recipient_id),
    )
    page = Paginator(chosen, A_PAGE).get_page(said.get("page", "1"))
    return {
        "rows": _drawn(release, page, pdf_url),
        "page": page,
        "filters": filters(plan, said),
        "is_filtered": any(said.get(name) for name in ("in_language", "by_channel", "show")),
        "plan": plan,
        "refused": plan.refused[:NAMED],
        "refused_more": max(0, len(plan.refused) - NAMED),
        "held_back": plan.held_back[:NAMED],
        "held_back_more": max(0, len(plan.held_back) - NAMED),
        "changed": [row for row in plan.rows if row.has_changed][:NAMED],
    }


def filters(plan: Plan, said: Mapping[str, str]) -> list[Filter]:
    """The boxes above the list; one that has nothing to choose between is left out."""
    names = dict(language_choices())
    languages = Counter(row.language for row in plan.rows if row.language)
    channels = Counter(row.channel for row in plan.rows)
    states = {
        "problems": sum(row.is_problem for row in plan.rows),
        "look": sum(row.needs_a_look for row in plan.rows),
        "docx": sum(row.format == "docx" for row in plan.rows),
    }
    boxes: list[tuple[str, Any, dict[str, tuple[Any, int]]]] = [
        (
            "in_language",
            _("Language"),
            {code: (names.get(code, code), count) for code, count in sorted(languages.items())},
        ),
        ("by_channel", _("Channel"), {str(key): (Channel(key).label, n) for key, n in sorted(channels.items())}),
        ("show", _("What to show"), {key: (SHOWN[key], count) for key, count in states.items() if count}),
    ]
    return [
        Filter(
            name, label, [(key, f"{words} ({count})", said.get(name) == key) for key, (words, count) in found.items()]
        )
        for name, label, found in boxes
        if len(found) > 1 or (name == "show" and found)
    ]


def _matches(row: Planned, said: Mapping[str, str]) -> bool:
    wanted = {
        "problems": row.is_problem,
        "look": row.needs_a_look,
        "docx": row.format == "docx",
    }.get(said.get("show", ""), True)
    return (
        wanted and said.get("in_language", "") in ("", row.language) and said.get("by_channel", "") in ("", row.channel)
    )


def _drawn(release: Release, page: Page[Planned], pdf_url: Callable[[int], str]) -> list[dict[str, Any]]:
    """The rows of one page with their letters written out; only these are."""
    planned = {row.recipient_id: row for row in page}
    offices = Recipient.objects.filter(pk__in=planned).prefetch_related("forms_of_address")
    drawn = rows(release, offices)
    return [
        {
            "planned": row,
            "leaves": moment_at_office(row.leaving) if row.leaving else "",
            "pdf_url": pdf_url(row.recipient_id),
            **drawn.get(row.recipient_id, {}),
        }
        for row in page
    ]
