"""Why somebody did something: words that stay in the audit for ever, so nobody's data may stand in them."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.audit.recording import ADDRESS, MAX_REASON
from privacy.text import PlainTextField

STAYS = _("It stays in the history for ever: write no names of supporters, no addresses, no telephone numbers.")


class ReasonField(PlainTextField):
    """A reason of up to 500 characters; e-mail addresses are refused beside the field."""

    def __init__(self, *, label: Any = None, help_text: Any = "", rows: int = 4, **kwargs: Any):
        words = {
            "required": _("Please write the reason."),
            "max_length": _("Please shorten the reason to 500 characters."),
            "address": _("Please leave out the e-mail address: what stands here stays in the history for ever."),
        }
        super().__init__(
            label=label or _("Reason"),
            max_length=MAX_REASON,
            widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(),
            help_text=format_lazy("{} {}", help_text, STAYS) if help_text else STAYS,
            error_messages=words | kwargs.pop("error_messages", {}),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if ADDRESS.search(text):
            raise forms.ValidationError(self.error_messages["address"], code="address")
        return text
