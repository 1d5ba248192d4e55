"""The one short form of a supporter."""

import re
from functools import cache
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from petitions.models import Signature
from privacy.text import AddressField, OneLineField, PlainTextField

ECHO_LIMIT = 300  # characters of an overlong answer that come back in the field
PARTNER_CODE = re.compile(r"[a-z0-9]{1,12}")
TRAP = "website"  # no person sees this field; what fills in every field of a page does


def _countries() -> list[tuple[str, str]]:
    return _countries_in(get_language() or settings.LANGUAGE_CODE)


@cache
def _countries_in(language: str) -> list[tuple[str, str]]:
    """Every country in one language, sorted as it sorts: 249 look-ups and a sort are not for each request."""
    with translation.override(language):
        return [("", gettext("Prefer not to say")), *((code, str(name)) for code, name in countries)]


class SignatureForm(forms.Form):
    """Everything a signature is made of. Field names are a contract with people who script against them."""

    name = OneLineField(
        label=_("Name"),
        max_length=100,
        help_text=_("A pseudonym is welcome. We never ask for a legal name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={
            "required": _("Please write a name; a pseudonym is fine."),
            "max_length": _("Please shorten the name to 100 characters."),
        },
    )
    email = AddressField(
        label=_("E-mail"),
        help_text=_("Only to confirm your signature. Never shown, never handed over."),
        autocomplete="email",
        error_messages={"required": _("Please write your e-mail address: the signature is confirmed through it.")},
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=_countries,
        required=False,
        error_messages={"invalid_choice": _("Please choose a country from the list, or “Prefer not to say”.")},
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    comment = PlainTextField(
        label=_("Comment (optional)"),
        required=False,
        max_length=500,
        help_text=_("Read by us before it is shown. Please name nobody who could be put at risk."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Please shorten the comment to 500 characters.")},
    )
    language = forms.ChoiceField(
        label=_("Language of our mails"),
        choices=settings.LANGUAGES,
        required=False,
        error_messages={"invalid_choice": _("Please choose one of the languages in the list.")},
    )
    show_name = forms.ChoiceField(
        label=_("On the public list"),
        choices=Signature.ShowName,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Please choose how your name may appear.")},
    )
    alias = OneLineField(
        label=_("The other name"),
        required=False,
        max_length=60,
        help_text=_("Only if you chose “Another name” above."),
        error_messages={"max_length": _("Please shorten it to 60 characters.")},
    )
    show_country = forms.BooleanField(label=_("Show my country beside it"), required=False)
    consent_handover = forms.BooleanField(required=False)
    consent_updates = forms.BooleanField(required=False)
    partner = forms.CharField(required=False, widget=forms.HiddenInput)  # the code of the link somebody came by

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault(
            "initial", {"show_name": Signature.ShowName.PRIVATE, "language": get_language(), "country": ""}
        )
        super().__init__(*args, **kwargs)

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or get_language() or settings.LANGUAGE_CODE

    def clean_partner(self) -> str:
        """A forged code counts for nobody and keeps nobody from signing."""
        code: str = self.cleaned_data["partner"]
        return code if PARTNER_CODE.fullmatch(code) else ""

    def clean_show_name(self) -> str:
        return self.cleaned_data["show_name"] or Signature.ShowName.PRIVATE

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("show_name") != Signature.ShowName.ALIAS:
            cleaned["alias"] = ""
        elif not cleaned.get("alias") and "alias" not in self.errors:
            self.add_error("alias", _("Please write the name to show, or keep your name private."))
        return cleaned

    @property
    def is_trapped(self) -> bool:
        """Whether a robot filled it in."""
        return any(value.strip() for value in cast(QueryDict, self.data).getlist(TRAP))

    @property
    def challenge_answers(self) -> dict[str, str]:
        """What came with the form beside its answers, as sent, for services.check_challenge()."""
        sent = {"address": "email", "answer": "challenge", "proof": "proof", "wait": "wait"}
        return {argument: self.data.get(name, "") for argument, name in sent.items()}

    @property
    def as_sent(self) -> list[tuple[str, str]]:
        """Every answer of the form under its name, to be sent once more from a page where nobody fills in anything."""
        return [(name, self.data[name]) for name in self.fields if name in self.data]

    def shorten_echo(self) -> None:
        """Cut overlong answers before the form is shown again: nobody wants a megabyte back."""
        answers = cast(QueryDict, self.data).copy()
        for name, value in answers.items():
            if isinstance(value, str) and len(value) > max(
                ECHO_LIMIT, getattr(self.fields.get(name), "max_length", 0) or 0
            ):
                answers[name] = value[:ECHO_LIMIT]
        self.data = answers
