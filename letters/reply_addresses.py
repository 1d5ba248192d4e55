"""The address at which a letter asks for its answer: reply+<token>@…, one a letter, found again only with our key."""

import base64
import binascii
import re
from collections.abc import Iterable

from django.conf import settings

from letters.models import Letter
from privacy import tokens

PURPOSE = "reply"  # of the token, see privacy.tokens
_TOKEN_SIGNS = 39  # 24 bytes in base32: mail systems may change upper and lower case
_TAGGED = re.compile(r"([^\s<>@\"',;:()\[\]+]{1,64})\+([A-Za-z2-7]{39})@([A-Za-z0-9.-]{1,253})")


def reply_address(letter: Letter) -> str:
    """The letter's own address; "" where none is set up, or the letter is older than these addresses.

    It needs no number of the row, so it can be written before the letter is saved.
    """
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    if not local or letter.reply_number is None:
        return ""
    token = tokens.make(PURPOSE, letter.reply_number, bytes(letter.reply_nonce))
    raw = base64.urlsafe_b64decode(token)
    return f"{local}+{base64.b32encode(raw).decode().rstrip('=').lower()}@{domain}"


def letter_of(headers: Iterable[str]) -> Letter | None:
    """The letter whose address stands in one of these address headers; a forged or foreign one stands for none."""
    own_local, _at, own_domain = settings.REPLY_ADDRESS.lower().rpartition("@")
    for header in headers:
        for local, tagged, domain in _TAGGED.findall(header)[:50]:
            if (local.lower(), domain.lower()) == (own_local, own_domain) and (letter := _letter(tagged)):
                return letter
    return None


def _letter(tagged: str) -> Letter | None:
    try:
        raw = base64.b32decode(tagged.upper() + "=" * (-_TOKEN_SIGNS % 8))
    except binascii.Error:
        return None
    token = base64.urlsafe_b64encode(raw).decode()
    for number in tokens.row_ids(token):
        letter = Letter.objects.filter(reply_number=number).first()
        if letter and tokens.matches(token, PURPOSE, number, bytes(letter.reply_nonce)):
            return letter
    return None
