"""The personal links of a signature, as its mails carry them. None of them does what another is for."""

from functools import cache

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
    before, after = _around(purpose, language)
    return f"{settings.SITE_URL}{before}{tokens.make(purpose, signature.pk, bytes(signature.nonce))}{after}"


@cache
def _around(purpose: str, language: str) -> tuple[str, str]:
    """What stands before and behind the token: looking it up for each of three links costs more than the links."""
    with translation.override(language):
        before, _, after = reverse(f"petitions:{purpose}", args=["TOKEN"]).partition("TOKEN")
    return before, after
