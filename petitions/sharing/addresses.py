"""The public addresses of a petition, as they are spread: they begin with SITE_URL and say nothing about a reader."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from petitions.models import PartnerLink, Petition


def petition_url(petition: Petition, language: str | None = None) -> str:
    """The full address of its page, in `language` or in that of this page."""
    return _in(language, "petitions:detail", petition.slug)


def partner_url(link: PartnerLink, language: str | None = None) -> str:
    """The full address under which the organization spreads the petition, which is loaded."""
    return _in(language, "petitions:with", link.petition.slug, link.code)


def _in(language: str | None, name: str, *args: str) -> str:
    with translation.override(language or translation.get_language()):
        return settings.SITE_URL + reverse(name, args=args)
