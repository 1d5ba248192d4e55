"""Forms of the letters room at the desk, and the list from which offices are chosen."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import ByLanguageField, DateInput, LinesField
from accounts.reasons import ReasonField
from letters.models import LetterTemplate, Recipient, Reply
from letters.models.recipient import Channel
from letters.rendering import BrokenPlaceholder, placeholders_in
from privacy.text import PlainTextField

# What letters.copies fills in; a test holds the two together.
PLACEHOLDERS = {
    "recipient.name": _("the office, in the language of the letter"),
    "recipient.country_name": _("the State, as a letter names it"),
    "coalition.name": _("the name of the coalition"),
    "signatories.count": _("how many organizations signed"),
    "signatories.as_of": _("the day of that count"),
    "statement.title": _("the title of the text"),
    "statement.url": _("its public page"),
    "reply.requested_by": _("the day an answer is asked for by"),
}


class _KindGroups(forms.models.ModelChoiceIterator):
    """Offices under the name of their kind."""

    def __iter__(self) -> Iterator[Any]:
        recipients = sorted(self.queryset, key=lambda row: (row.get_kind_display().casefold(), row.name))
        for kind, rows in groupby(recipients, key=lambda row: row.get_kind_display()):
            yield capfirst(str(kind)), [self.choice(row) for row in rows]


class RecipientPicker(forms.CheckboxSelectMultiple):
    """Tick boxes by kind of office; static/js/desk.js adds search, “select all” and a count."""

    template_name = "admin/widgets/picker.html"


class RecipientsField(forms.ModelMultipleChoiceField):
    """Offices in use, to tick."""

    iterator = _KindGroups
    widget = RecipientPicker

    def __init__(self, **kwargs: Any):
        super().__init__(Recipient.objects.public(), **kwargs)

    def label_from_instance(self, recipient: Any) -> str:
        return f"{recipient.name} · {recipient.get_channel_display()}"


class RecipientForm(forms.ModelForm):
    postal_lines = LinesField(
        label=_("Postal address"), required=False, help_text=_("One line each, without the office.")
    )
    channels = forms.MultipleChoiceField(
        label=_("All channels"), choices=Channel, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Recipient
        fields = [
            "name", "slug", "kind", "role", "is_hostile", "country", "accredited_to", "city", "parent", "holder",
            "holder_as_of", "channel", "channels", "email", "postal_lines", "is_active", "verified_on",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("holder") and not cleaned.get("holder_as_of"):
            self.add_error("holder_as_of", _("Write the day on which you knew that this person holds the office."))
        as_of = cleaned.get("holder_as_of")
        if as_of and as_of > timezone.localdate():
            self.add_error("holder_as_of", _("This day lies ahead."))
        if cleaned.get("verified_on") and cleaned["verified_on"] > timezone.localdate():
            self.add_error("verified_on", _("This day lies ahead."))
        if cleaned.get("role") == Recipient.Role.DUTY_BEARER and not cleaned.get("is_hostile"):
            self.add_error(
                "is_hostile",
                _(
                    "An office that bears the duty is marked hostile, so that it never receives names of supporters. "
                    "If this is not the office the campaign is about, choose another role."
                ),
            )
        return cleaned


class FormOfAddressForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("salutation")) != bool(cleaned.get("closing")):
            missing = "closing" if cleaned.get("salutation") else "salutation"
            self.add_error(
                missing, _("A letter needs both, a salutation and a closing. Leave both empty to offer neither.")
            )
        return cleaned


class LetterTemplateForm(forms.ModelForm):
    recipient_kinds = forms.MultipleChoiceField(
        label=_("For these kinds of office"),
        choices=Recipient.Kind,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: for every office that no other template fits."),
    )
    recipients = RecipientsField(
        label=_("For these offices only"), required=False, help_text=_("Goes before the kinds above.")
    )

    class Meta:
        model = LetterTemplate
        fields = ["slug", "language", "subject", "body", "recipient_kinds", "recipients"]

    def clean_subject(self) -> str:
        return self._known_placeholders("subject")

    def clean_body(self) -> str:
        return self._known_placeholders("body")

    def _known_placeholders(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        try:
            used = placeholders_in(text)
        except BrokenPlaceholder as exc:
            raise forms.ValidationError(str(exc), code="broken") from exc
        if unknown := sorted(used - set(PLACEHOLDERS)):
            raise forms.ValidationError(
                _("There is nothing to fill in for %(names)s. The names that exist stand below the text."),
                params={"names": ", ".join(unknown)},
                code="unknown",
            )
        return text


class TestCopyForm(forms.Form):
    """Whose letter to send to oneself."""

    recipient = forms.ModelChoiceField(Recipient.objects.none(), label=_("The letter to"), empty_label=None)


class DispatchForm(forms.Form):
    """Proof that a letter was delivered by hand, post, fax or web form."""

    evidence = PlainTextField(
        label=_("Evidence"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A tracking number, the name on the receipt, the number of the form."),
        error_messages={
            "required": _("Write down the evidence: a tracking number, a name on the receipt, a form number."),
            "max_length": _("Please shorten it to 500 characters."),
        },
    )


class KnowledgeForm(forms.Form):
    """How a person knows what became of a letter that the mail server left open."""

    evidence = ReasonField(
        label=_("How you know"),
        rows=3,
        help_text=_("Which office said so and when, or what the log of the mail server says."),
        error_messages={"required": _("Write down how you know.")},
    )


class ReplyForm(forms.Form):
    """What came back for a letter."""

    kind = forms.ChoiceField(label=_("What came back"), choices=Reply.Kind, widget=forms.RadioSelect)
    received_on = forms.DateField(label=_("Received on"), widget=DateInput)
    summaries = ByLanguageField(
        label=_("Summary"),
        codes=[code for code, _name in settings.LANGUAGES],
        rows=4,
        required=True,
        help_text=_("In our own words. Name nobody who could be put at risk."),
    )
    visibility = forms.ChoiceField(
        label=_("Who may read the summary"),
        choices=Reply.Visibility,
        widget=forms.RadioSelect,
        help_text=_("A public summary stands on the page of the office and of the text."),
    )


class ReplyChangeForm(forms.ModelForm):
    """A recorded reply corrected: its words and who may read them."""

    summaries = ByLanguageField(
        label=_("Summary"), codes=[code for code, _name in settings.LANGUAGES], rows=4, required=True
    )

    class Meta:
        model = Reply
        fields = ["kind", "received_on", "summaries", "visibility"]
