"""Text from strangers: what may be stored, and what turns or hides the words around it."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Controls, line separators, and the marks that turn or hide the text around them. ZWJ and ZWNJ stay: names need them.
UNSAFE = re.compile(r"[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


class PlainTextField(forms.CharField):
    """Text on several lines, in NFC, without characters that turn or hide what stands around them."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if UNSAFE.search(re.sub(r"[\n\t]", " ", text)):
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
