"""The personal links of a signature, as its mails carry them. None of them does what another is for."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from petitions.models import Signature
from privacy import tokens

# What a token is made for, and the name of its address.
CONFIRM, MANAGE, NOT_ME, UNSUBSCRIBE = "confirm", "manage", "not-me", "unsubscribe"


def path(purpose: str, signature: Signature) -> str:
    """The address under this site, in the page's language."""
    return reverse(f"petitions:{purpose}", args=[tokens.make(purpose, signature.pk, bytes(signature.nonce))])


def link(purpose: str, signature: Signature, language: str) -> str:
    """The full address of the page, in the language of the mail that carries it."""
    with translation.override(language):
        return settings.SITE_URL + path(purpose, signature)
