"""Passwords that somebody who knows the house would try first. Length and the common ones are Django's validators."""

import re
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

# Also named in docs/security.md.
HOUSE_WORDS = (
    *("outcry", "coalition", "advocacy", "petition", "signature", "statement", "letter", "release"),
    *("editor", "sender", "moderator", "auditor", "administrator", "password", "passphrase", "welcome"),
)
SHORTEST_WORD = 4  # letters; "Kim" is in too many words


class ForeseeableValidator:
    """Refuses what is long only by words of the house or of the person, and a common password in disguise."""

    def __init__(self, min_length: int = 12):
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError with the reason."""
        typed = password.lower()
        left = typed
        for word in sorted(self._words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if left != typed and len(left) < self.min_length:
            raise ValidationError(
                _("Your own name and the words of this site do not count towards the length: add others."),
                code="password_of_the_house",
            )
        if self._is_run(typed) or self._core(typed) in self._common:
            raise ValidationError(_("This password is too close to a common one."), code="password_in_disguise")

    def get_help_text(self) -> str:
        return _("Your own name and the words of this site do not count towards the length.")

    @cached_property
    def _common(self) -> set[str]:
        return CommonPasswordValidator().passwords

    def _words(self, user: Any) -> set[str]:
        """What an attacker knows: the house, its domain, and whose password it is."""
        known = [urlsplit(settings.SITE_URL).hostname or "", settings.MAIL_DOMAIN]
        if user is not None:
            known += [user.name or "", user.email or ""]
        parts = re.split(r"[\W_]+", " ".join(known).lower())
        return {*HOUSE_WORDS, *(part for part in parts if len(part) >= SHORTEST_WORD)}

    @staticmethod
    def _core(typed: str) -> str:
        """ "password" of "!!password1234", "qwerty" of "qwertyqwerty": what is left without ends and repetition."""
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", typed)
        for parts in (2, 3, 4):
            size, rest = divmod(len(core), parts)
            if core and not rest and core[:size] * parts == core:
                return core[:size]
        return core

    @staticmethod
    def _is_run(typed: str) -> bool:
        """Whether each sign follows from the one before: "aaaaaaaaaaaa", "123456789012", "abcdefghijkl"."""
        return len({(ord(after) - ord(before)) % 10 for before, after in pairwise(typed)}) == 1
