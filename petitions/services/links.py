"""The personal links of a signature, as its mails carry them. Each purpose has tokens of its own."""

from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from petitions.models import Signature
from privacy import tokens

CONFIRM, MANAGE, NOT_ME, UNSUBSCRIBE = "confirm", "manage", "not-me", "unsubscribe"


def token_of(signature: Signature, purpose: str) -> str:
    return tokens.make(purpose, signature.pk, bytes(signature.nonce))


def confirm_url(signature: Signature, language: str) -> str:
    """The full address of the page that confirms."""
    return _url(f"signatures/{token_of(signature, CONFIRM)}/", language)


def manage_url(signature: Signature, language: str) -> str:
    """The full address of the page on which its owner changes, downloads or withdraws it."""
    return _url(f"signatures/{token_of(signature, MANAGE)}/manage/", language)


def not_me_url(signature: Signature, language: str) -> str:
    """The full address of the page for whoever did not sign."""
    return _url(f"signatures/{token_of(signature, NOT_ME)}/not-me/", language)


def unsubscribe_url(signature: Signature, language: str) -> str:
    """The full address that ends the updates: a page by GET, done by one POST (RFC 8058)."""
    return _url(f"unsubscribe/{token_of(signature, UNSUBSCRIBE)}/", language)


def _url(path: str, language: str) -> str:
    """Under the site's address, with the prefix of the language."""
    with translation.override(language):
        return settings.SITE_URL + urljoin(reverse("petitions:list"), f"../{path}")
