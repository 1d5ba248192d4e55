"""Pages that show several rooms at once."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaigns.models import Campaign, Figure, Incident, Organization, Source
from letters.models import Letter, Recipient
from letters.models.letter import LetterQuerySet
from petitions.models import Petition
from privacy.public import public_page
from statements.models import CoSignature, ReportedSignatory, Statement


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    statements = Statement.objects.public().prefetch_related("versions__translations")
    context = {
        "campaign": Campaign.objects.public().prefetch_related("texts").first(),
        "petitions": Petition.objects.open(timezone.now()).prefetch_related("texts")[:3],
        "statements": statements[:4],
        "letters": _public_letters().newest_first()[:6],
    }
    return render(request, "pages/home.html", context)


@public_page
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    campaigns = Campaign.objects.public().prefetch_related("texts")
    return render(request, "pages/campaign_list.html", {"campaigns": campaigns})


@public_page
@require_safe
def campaign_detail(request: HttpRequest, slug: str) -> HttpResponse:
    incidents = Incident.objects.prefetch_related(
        "places",
        Prefetch("figures", Figure.objects.select_related("source")),
        "positions__source",
    )
    campaign = get_object_or_404(
        Campaign.objects.public().prefetch_related(
            "texts", Prefetch("incidents", incidents), "demands__texts", "demands__legal_basis"
        ),
        slug=slug,
    )
    context = {
        "campaign": campaign,
        "text": campaign.text,
        "incidents": campaign.incidents.all(),
        "petitions": campaign.petitions.public().prefetch_related("texts"),
        "statements": campaign.statements.public().prefetch_related("versions__translations"),
        "sources": Source.objects.filter(is_public=True, figures__incident__campaign=campaign).distinct(),
    }
    return render(request, "pages/campaign_detail.html", context)


@public_page
@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    organizations = Organization.objects.public().prefetch_related("names")
    context = {
        "members": [row for row in organizations if row.state == Organization.State.VERIFIED],
        "known": [row for row in organizations if row.state == Organization.State.KNOWN],
    }
    return render(request, "pages/organization_list.html", context)


@public_page
@require_safe
def organization_detail(request: HttpRequest, slug: str) -> HttpResponse:
    organization = get_object_or_404(Organization.objects.public().prefetch_related("names"), slug=slug)
    public = {"statement__state": Statement.State.PUBLISHED}
    context = {
        "organization": organization,
        "cosignatures": CoSignature.objects.standing()
        .filter(organization=organization, **public)
        .select_related("statement")
        .prefetch_related("statement__versions__translations"),
        "reported": ReportedSignatory.objects.filter(organization=organization, **public)
        .select_related("statement", "source")
        .prefetch_related("statement__versions__translations"),
    }
    return render(request, "pages/organization_detail.html", context)


@public_page
@require_safe
def recipient_list(request: HttpRequest) -> HttpResponse:
    recipients = Recipient.objects.public().prefetch_related("forms_of_address").order_by("kind", "name")
    return render(request, "pages/recipient_list.html", {"recipients": recipients})


@public_page
@require_safe
def recipient_detail(request: HttpRequest, slug: str) -> HttpResponse:
    recipient = get_object_or_404(Recipient.objects.public().prefetch_related("forms_of_address"), slug=slug)
    context = {
        "recipient": recipient,
        "letters": _public_letters().filter(recipient=recipient).newest_first(),
    }
    return render(request, "pages/recipient_detail.html", context)


def _public_letters() -> LetterQuerySet:
    """Letters that left, with what came back."""
    return (
        Letter.objects.sent()
        .select_related("recipient", "release")
        .prefetch_related("recipient__forms_of_address", "replies")
    )
