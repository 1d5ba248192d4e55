"""The forms of the personal page, and the one that asks for the mail again."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from petitions import notices
from petitions.forms import ChoicesFields, PublicForm
from petitions.models import Signature
from privacy.text import AddressField


class ChoicesForm(ChoicesFields):
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
