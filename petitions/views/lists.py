"""All petitions at one glance."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from petitions.cards import petition_cards
from petitions.models import Petition
from privacy.public import public_page


@public_page
@require_safe
def petition_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    cards = petition_cards(Petition.objects.public())
    context = {
        "open": [card for card in cards if card.petition.is_open(now)],
        "soon": [card for card in cards if card.petition.opens_later(now)],
        "closed": [card for card in cards if not card.petition.is_open(now) and not card.petition.opens_later(now)],
    }
    return render(request, "petitions/petition_list.html", context)
