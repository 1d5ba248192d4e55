"""The forms of the personal page, and the one that asks for the mail again."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from petitions import notices
from petitions.forms import ECHO_LIMIT, TRAP
from petitions.models import Signature
from privacy.addresses import InvalidAddress, normalize
from privacy.text import OneLineField


class ChoicesForm(forms.Form):
    """What a signatory may change. It begins with what stands in the signature."""

    show_name = forms.ChoiceField(
        label=_("On the public list"),
        choices=Signature.ShowName,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose how your name may appear."),
            "invalid_choice": _("Please choose how your name may appear."),
        },
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
    language = forms.ChoiceField(
        label=_("Language of our mails"),
        choices=settings.LANGUAGES,
        error_messages={
            "required": _("Please choose one of the languages in the list."),
            "invalid_choice": _("Please choose one of the languages in the list."),
        },
    )
    withdraw_comment = forms.BooleanField(label=_("Take my comment back: it is deleted"), required=False)

    def __init__(self, signature: Signature, data: Any = None):
        initial = {
            "show_name": signature.show_name,
            "alias": signature.alias,
            "show_country": signature.show_country,
            "consent_handover": signature.consent_handover_id is not None,
            "consent_updates": signature.consent_updates_id is not None,
            "language": signature.language,
        }
        super().__init__(data, initial=initial, auto_id=f"id_{signature.pk}_%s", label_suffix="")
        if not signature.comment:
            del self.fields["withdraw_comment"]

    @property
    def words(self) -> dict[str, Any]:
        """The words that stand beside each box today."""
        return {purpose.value: text for purpose, text in notices.NOTICES.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.setdefault("withdraw_comment", False)
        if cleaned.get("show_name") != Signature.ShowName.ALIAS:
            cleaned["alias"] = ""
        elif not cleaned.get("alias") and "alias" not in self.errors:
            self.add_error("alias", _("Please write the name to show, or keep your name private."))
        if cleaned.get("show_name") == Signature.ShowName.PRIVATE:
            cleaned["show_country"] = False
        return cleaned


class ResendForm(forms.Form):
    email = OneLineField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": _("Please write the address with which you signed."),
            "max_length": _("This is too long for an e-mail address."),
        },
    )

    def __init__(self, data: Any = None):
        super().__init__(data, label_suffix="")

    def clean_email(self) -> str:
        try:
            return normalize(self.cleaned_data["email"])
        except InvalidAddress as exc:
            raise forms.ValidationError(
                _("This does not look like an e-mail address. An example: name@example.org."), code="invalid"
            ) from exc

    def shorten_echo(self) -> None:
        """Cut an overlong answer before the form is shown again: nobody wants a megabyte back."""
        answers = cast(QueryDict, self.data).copy()
        answers["email"] = answers.get("email", "")[:ECHO_LIMIT]
        self.data = answers

    @property
    def is_trapped(self) -> bool:
        """Whether a robot filled it in."""
        return any(value.strip() for value in cast(QueryDict, self.data).getlist(TRAP))
