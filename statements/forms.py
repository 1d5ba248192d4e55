"""The delegate's forms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.text import OneLineField


class AddressForm(forms.Form):
    """First step of signing in: which address to send the code to."""

    email = OneLineField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The address your organization's invitation came to."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        error_messages={"required": _("Please write your e-mail address.")},
    )


class CodeForm(forms.Form):
    """Second step: the code from the mail."""

    code = OneLineField(
        label=_("Code"),
        max_length=20,
        help_text=_("Eight digits. A space between them does no harm."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
        error_messages={"required": _("Please write the code from the mail.")},
    )


class CoSignForm(forms.Form):
    """The act of co-signing: who signs, in which capacity, on whose authority."""

    signer_name = OneLineField(
        label=_("Your name"),
        max_length=150,
        help_text=_("Kept with the co-signature; not shown in public."),
        error_messages={"required": _("Please write your name.")},
    )
    signer_title = OneLineField(
        label=_("Your title"), max_length=150, error_messages={"required": _("Please write your title or function.")}
    )
    authority = OneLineField(
        label=_("On what authority"),
        max_length=300,
        help_text=_("For example: decision of the board of 3 May 2026."),
        error_messages={"required": _("Please say who authorized this co-signature.")},
    )
    confirms = forms.BooleanField(
        label=_("I have read this exact text and may bind my organization to it."),
        error_messages={"required": _("Please confirm this before you sign.")},
    )
    digest = forms.CharField(widget=forms.HiddenInput, min_length=64, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
