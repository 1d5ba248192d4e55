"""What is spread of a petition: its picture, its code, the sheet of paper, and the links of partners."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from petitions import services
from petitions.forms import SignatureForm
from petitions.models import Petition, PetitionText
from petitions.sharing.addresses import petition_url
from petitions.sharing.card import card_png
from petitions.sharing.paper import paper_pdf
from petitions.sharing.qr import qr_png, qr_svg
from petitions.views.signing import detail_page
from privacy.public import public_page


@public_page
@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    petition, text = _shared(slug)
    return HttpResponse(card_png(petition, text, now=timezone.now()), content_type="image/png")


@public_page
@require_safe
def qr(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    petition, text = _shared(slug)
    address = petition_url(petition)
    if kind == "svg":
        response = HttpResponse(qr_svg(address, text.title), content_type="image/svg+xml")
    else:
        response = HttpResponse(qr_png(address), content_type="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="{petition.slug}-{get_language()}.{kind}"'
    return response


@public_page
@require_safe
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    petition, text = _shared(slug)
    response = HttpResponse(paper_pdf(petition, text), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{petition.slug}-{text.language}.pdf"'
    return response


@public_page
@require_safe
def through_partner(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The petition's own page, with the organization named whose link it is; links of former members lead to it."""
    link = services.find_partner_link(slug, code)
    if link is None:
        raise Http404
    if link.organization.state != link.organization.State.VERIFIED:
        return redirect("petitions:detail", slug=slug)
    form = SignatureForm()
    form.initial = {**form.initial, "partner": link.code}
    context = detail_page(slug, form) | {"partner": link.organization, "canonical_url": petition_url(link.petition)}
    return render(request, "petitions/petition_detail.html", context)


def _shared(slug: str) -> tuple[Petition, PetitionText]:
    petitions = Petition.objects.public().select_related("campaign").prefetch_related("texts", "campaign__texts")
    petition = get_object_or_404(petitions, slug=slug)
    if petition.text is None:
        raise Http404
    return petition, petition.text
