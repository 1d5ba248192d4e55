"""The forms of the personal page, and the one that asks for the mail again."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from petitions import notices
from petitions.forms import PublicForm
from petitions.models import Signature
from privacy.text import AddressField, OneLineField


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


class ResendForm(PublicForm):
    """Which address the mail is asked for."""

    email = AddressField(
        label=_("E-mail"),
        autocomplete="email",
        error_messages={"required": _("Please write the address with which you signed.")},
    )
