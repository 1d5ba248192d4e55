"""Text from strangers: what may be stored, and what turns or hides the words around it. Fields of every form."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.addresses import MAX_LENGTH, InvalidAddress, normalize

# Controls, line separators, and the marks that turn or hide the text around them. ZWJ and ZWNJ stay: names need them.
UNSAFE = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a symbol by category, drawn as nothing


def has_visible(text: str) -> bool:
    """Whether a letter, digit, sign or symbol stands in it that a reader sees; joiners and marks alone are none."""
    return any(unicodedata.category(ch)[0] in "LNPS" and ch not in BLANK_LETTERS for ch in text)


class PlainTextField(forms.CharField):
    """Text on several lines, in NFC, without characters that turn or hide what stands around them."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if UNSAFE.search(re.sub(r"[\n\t]", " ", text)) or (text and not has_visible(text)):
            raise forms.ValidationError(
                _("This holds invisible characters that we cannot store. Please type it again."), code="unsafe"
            )
        return text


class OneLineField(PlainTextField):
    """The same on one line, runs of blanks folded into one."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if "\n" in text:
            raise forms.ValidationError(_("Please write this on one line."), code="line_break")
        return " ".join(text.split())


class AddressField(OneLineField):
    """An e-mail address, cleaned to the form in which it is stored and written to: privacy.addresses.normalize()."""

    default_error_messages = {
        "invalid": _("This does not look like an e-mail address. An example: name@example.org."),
        "max_length": _("This is too long for an e-mail address."),
    }

    def __init__(self, *, autocomplete: str = "", **kwargs: Any):
        attributes = {"spellcheck": "false"}
        if autocomplete:
            attributes["autocomplete"] = autocomplete
        super().__init__(max_length=MAX_LENGTH, widget=forms.EmailInput(attrs=attributes), **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text or len(text) > MAX_LENGTH:  # each refused with a sentence of its own
            return text
        try:
            return normalize(text)
        except InvalidAddress as exc:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from exc
