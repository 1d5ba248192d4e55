"""What the pages of a petition say about spreading it, for templates of any view."""

from django import template
from django.utils import timezone

from petitions.models import OfficialPetition, Petition, PetitionText
from petitions.sharing import after
from petitions.sharing.addresses import petition_url
from petitions.sharing.card import HEIGHT, WIDTH, card_alt
from petitions.sharing.links import ShareLink, share_links

register = template.Library()


@register.simple_tag
def share_address(petition: Petition) -> str:
    """The full address of its page in the language of this one."""
    return petition_url(petition)


@register.simple_tag
def share_choices(petition: Petition) -> list[ShareLink]:
    return share_links(petition_url(petition), str(petition))


@register.inclusion_tag("petitions/_share_tags.html")
def share_tags(petition: Petition) -> dict[str, object]:
    """The tags in the head by which messengers show title, picture and count."""
    text = petition.text
    address = petition_url(petition)
    return {
        "text": text,
        "address": address,
        "image": f"{address}card.png",
        "alt": card_alt(petition, text, now=timezone.now()) if text else "",
        "width": WIDTH,
        "height": HEIGHT,
    }


@register.simple_tag
def official_petitions(petition: Petition) -> list[OfficialPetition]:
    return list(petition.official_petitions.order_by("closes_on", "pk"))


@register.simple_tag
def own_letters(petition: Petition) -> list[after.OwnLetter]:
    return after.own_letters(petition)


@register.simple_tag
def other_petitions(petition: Petition) -> list[PetitionText]:
    return after.other_petitions(petition, now=timezone.now())
