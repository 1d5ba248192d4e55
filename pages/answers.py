"""What came of a campaign's letters: all offices, all demands, as a page and as data."""

import csv
import io
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import switches
from accounts.models import Switch
from accounts.spreadsheet import shown
from campaigns.languages import in_language
from campaigns.models import Campaign, CampaignText
from letters.midnight import changes_at_midnight
from pages import accountability
from privacy.public import public_page


@changes_at_midnight
@public_page
@require_safe
def answers(request: HttpRequest, slug: str) -> HttpResponse:
    """Offices by where they stand, each with what it said of every demand."""
    text, groups, demands = _found(slug)
    context = {
        "campaign": text.campaign,
        "text": text,
        "groups": [group for group in groups if group.standing != accountability.Standing.NOT_ASKED],
        "not_asked": next(
            (group.offices for group in groups if group.standing == accountability.Standing.NOT_ASKED), []
        ),
        "demands": demands,
        "today": timezone.localdate(),
    }
    return render(request, "pages/answers.html", context)


@changes_at_midnight
@public_page
@require_safe
def answers_json(request: HttpRequest, slug: str) -> HttpResponse:
    text, groups, demands = _found(slug)
    data: dict[str, Any] = {
        "campaign": text.campaign.slug,
        "as_of": timezone.localdate().isoformat(),
        "demonstration": switches.is_on(Switch.Key.DEMONSTRATION),
        "demands": [
            {"key": row.demand.key, "addressee": row.addressee, "text": row.text, "status": row.demand.status}
            for row in demands
        ],
        "offices": accountability.as_data(groups, demands),
    }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


@changes_at_midnight
@public_page
@require_safe
def answers_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """One line an office; what was said of a demand stands in the column of its key. No cell is a formula."""
    _text, groups, demands = _found(slug)
    keys = [row.demand.key for row in demands]
    plain = ["office", "name", "fictional", "standing", "asked_on", "letters", "answered_on", "days_without_answer"]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*plain, *keys])
    for row in accountability.as_data(groups, demands):
        said = [row["demands"].get(key) for key in keys]
        cells = [
            *(row[name] for name in plain),
            *(": ".join(filter(None, [cell["verdict"], cell["words"]])) if cell else "" for cell in said),
        ]
        writer.writerow([shown(cell) for cell in cells])
    return HttpResponse(
        file.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{slug}-answers.csv"'},
    )


def _found(slug: str) -> tuple[CampaignText, list[accountability.Group], list[Any]]:
    text = in_language(
        CampaignText.objects.filter(campaign__slug=slug, campaign__is_public=True).select_related("campaign")
    )
    if text is None:
        raise Http404
    campaign: Campaign = text.campaign
    demonstration = switches.is_on(Switch.Key.DEMONSTRATION)
    groups = accountability.answers_to(campaign, demonstration=demonstration, now=timezone.now())
    return text, groups, accountability.demands_of(campaign)
