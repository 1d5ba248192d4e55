"""Pages that show several rooms at once."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.languages import in_language
from campaigns.models import Campaign, CampaignText, Delegate, Incident, Organization
from letters.ledger import public_letters
from letters.midnight import changes_at_midnight
from letters.models import Recipient
from pages import accountability, evidence
from petitions import services as petitions
from petitions.cards import petition_cards
from petitions.models import Petition
from petitions.sharing.addresses import partner_url
from privacy.public import public_page
from statements.cards import statement_cards
from statements.embargo import changes_with_embargoes
from statements.models import CoSignature, ReportedSignatory, Statement
from statements.views.sign_in import delegate_required


@changes_at_midnight
@changes_with_embargoes
@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "campaign": Campaign.objects.public().prefetch_related("texts").first(),
        "petitions": petition_cards(Petition.objects.open(timezone.now()))[:3],
        "statements": statement_cards(Statement.objects.public())[:3],
        "letters": public_letters()[:6],
    }
    return render(request, "pages/home.html", context)


@public_page
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    campaigns = Campaign.objects.public().prefetch_related("texts")
    return render(request, "pages/campaign_list.html", {"campaigns": campaigns})


@changes_with_embargoes
@public_page
@require_safe
def campaign_detail(request: HttpRequest, slug: str) -> HttpResponse:
    text = in_language(
        CampaignText.objects.filter(campaign__slug=slug, campaign__is_public=True).select_related("campaign")
    )
    if text is None:
        raise Http404
    campaign = text.campaign
    reports = evidence.reports(campaign)
    returns = [report for report in reports if report.incident.kind == Incident.Kind.REPATRIATION]
    context = {
        "campaign": campaign,
        "text": text,
        "returns": returns,
        "estimates": [report for report in reports if report.incident.kind != Incident.Kind.REPATRIATION],
        "has_places": any(report.places for report in returns),
        "demands": evidence.demands(campaign),
        "petitions": petition_cards(campaign.petitions.public()),
        "statements": statement_cards(campaign.statements.public()),
        "sources": evidence.public_sources(reports),
    }
    return render(request, "pages/campaign_detail.html", context)


@public_page
@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    organizations = sorted(
        Organization.objects.public().prefetch_related("names"), key=lambda organization: organization.local_name
    )
    context = {
        "members": [row for row in organizations if row.state == Organization.State.VERIFIED],
        "known": [row for row in organizations if row.state == Organization.State.KNOWN],
    }
    return render(request, "pages/organization_list.html", context)


@changes_with_embargoes
@public_page
@require_safe
def organization_detail(request: HttpRequest, slug: str) -> HttpResponse:
    organizations = Organization.objects.public().select_related("logo", "parent").prefetch_related("names")
    organization = get_object_or_404(organizations.prefetch_related("parent__names"), slug=slug)
    today, parent = timezone.localdate(), organization.parent
    published = Statement.objects.listed(timezone.now())
    cosignatures = CoSignature.objects.shown().filter(organization=organization, statement__in=published)
    reported = ReportedSignatory.objects.shown().filter(organization=organization, statement__in=published)
    signed = Q(pk__in=cosignatures.values("statement")) | Q(pk__in=reported.values("statement"))
    cards = {card.version.statement_id: card for card in statement_cards(published.filter(signed))}
    language, names = get_language() or "en", organization.names_on(today)
    context = {
        "organization": organization,
        "about": in_language(row for row in organization.names.all() if row.about and row.is_valid(today)),
        "names": [row for place, row in enumerate(names) if row[1] not in [other[1] for other in names[:place]]],
        "former_names": [row for row in organization.names.all() if row.valid_until and row.valid_until < today],
        "parent": parent if parent and parent.is_public else None,
        "has_logo": hasattr(organization, "logo") and organization.logo.is_shown,
        "cosigned": [
            {"cosignature": row, "name": row.name_in(language), "card": cards[row.statement_id]}
            for row in cosignatures.select_related("statement").order_by("-signed_at")
        ],
        "reported": [
            {"signatory": row, "card": cards[row.statement_id]}
            for row in reported.select_related("statement", "source").order_by("-statement__dated_on")
        ],
    }
    return render(request, "pages/organization_detail.html", context)


@public_page
@require_safe
def recipient_list(request: HttpRequest) -> HttpResponse:
    order = {kind: place for place, kind in enumerate(Recipient.Kind.values)}
    recipients = sorted(
        Recipient.objects.public().prefetch_related("forms_of_address"),
        key=lambda recipient: (order[recipient.kind], recipient.local_name),
    )
    return render(request, "pages/recipient_list.html", {"recipients": recipients})


@changes_at_midnight
@public_page
@require_safe
def recipient_detail(request: HttpRequest, slug: str) -> HttpResponse:
    offices = Recipient.objects.public().select_related("parent")
    names = ["forms_of_address", "holders", "parent__forms_of_address"]
    recipient = get_object_or_404(offices.prefetch_related(*names), slug=slug)
    letters = list(accountability.with_codes(public_letters().filter(recipient=recipient)))
    context = {"recipient": recipient, "letters": letters, **accountability.of_recipient(recipient, letters)}
    return render(request, "pages/recipient_detail.html", context)


@require_safe
@delegate_required
def delegate_petitions(request: HttpRequest, delegations: list[Delegate]) -> HttpResponse:
    """The links of the delegate's organizations to petitions, and how many signed through each: nobody's name."""
    links = petitions.links_of([row.organization for row in delegations])
    rows = [{"link": link, "address": partner_url(link), "total": petitions.shown_total(link)} for link in links]
    return render(request, "pages/delegate_petitions.html", {"rows": rows})
