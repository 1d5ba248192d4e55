"""The form by which an organization asks to join; anybody can fill it in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from campaigns.models import Organization
from privacy.text import AddressField, OneLineField, PlainTextField


class ApplicationForm(forms.Form):
    """What staff need to look at an organization. `homepage` is a trap: people do not see it."""

    name = OneLineField(
        label=_("Name of the organization"),
        max_length=250,
        help_text=_("As it is written in English. You can add its names in other languages later."),
        error_messages={
            "required": _("Please write the name of the organization."),
            "max_length": _("Please shorten the name to 250 characters."),
        },
    )
    country = forms.ChoiceField(label=_("Country of its seat"), required=False)
    type = forms.ChoiceField(label=_("Type"), choices=Organization.Type)
    website = forms.URLField(
        label=_("Website"),
        max_length=200,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Please write the whole address of the website.")},
    )
    about = PlainTextField(
        label=_("What it does"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Please write a few sentences about the organization."),
            "max_length": _("Please shorten this to 2,000 characters."),
        },
    )
    wants_hidden = forms.BooleanField(
        label=_("As a hidden member: our name must appear nowhere in public."), required=False
    )
    contact_name = OneLineField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Please write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_title = OneLineField(label=_("Your title"), max_length=150, required=False)
    address = AddressField(
        label=_("E-mail"),
        help_text=_("Best at the domain of the organization. We send a link to it that you confirm."),
        autocomplete="email",
        error_messages={"required": _("Please write your e-mail address.")},
    )
    homepage = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("prefer not to say")), *countries]

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("homepage"))


class LogoForm(forms.Form):
    """A logo, and on whose word it is shown."""

    file = forms.FileField(
        label=_("Logo as PNG"),
        help_text=_("At most 200 KB and 1,500 pixels on each side. What else stands in the file is not kept."),
        error_messages={"required": _("Please choose a file."), "empty": _("This file is empty.")},
    )
    is_shown = forms.BooleanField(label=_("May be shown in public"), required=False)
    consent = OneLineField(
        label=_("Who agreed, and when"),
        max_length=300,
        required=False,
        help_text=_("Without this the logo is kept, but not shown."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_shown") and not cleaned.get("consent"):
            self.add_error("consent", _("Write who agreed that the logo is shown, and when."))
        return cleaned
