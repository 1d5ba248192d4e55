"""Forms of the letters room at the desk, and the list from which offices are chosen."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import ByLanguageField, DateInput
from accounts.reasons import ReasonField
from letters.copies import HANDOVER_TEMPLATES
from letters.models import LetterTemplate, Recipient, Reply
from letters.rendering import BrokenPlaceholder, placeholders_in

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
# And in templates by which a petition is handed over, from petitions.services.handing_over.
HANDOVER_PLACEHOLDERS = {
    "petition.count": _("how many signed the petition that is handed over"),
    "petition.as_of": _("the day of that count"),
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
        known = set(PLACEHOLDERS)
        if self.cleaned_data.get("slug", "").startswith(HANDOVER_TEMPLATES):
            known |= set(HANDOVER_PLACEHOLDERS)
        if unknown := sorted(used - known):
            raise forms.ValidationError(
                _("There is nothing to fill in for %(names)s. The names that exist stand below the text."),
                params={"names": ", ".join(unknown)},
                code="unknown",
            )
        return text


class TestCopyForm(forms.Form):
    """Whose letter to send to oneself."""

    recipient = forms.ModelChoiceField(Recipient.objects.none(), label=_("The letter to"), empty_label=None)


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
        choices=[(v.value, v.label) for v in (Reply.Visibility.PRIVATE, Reply.Visibility.SUMMARY)],
        widget=forms.RadioSelect,
        help_text=_("A public summary stands on the page of the office and of the text."),
    )


class ReplyChangeForm(forms.ModelForm):
    """A recorded reply corrected; who may read it is a step of its own."""

    summaries = ByLanguageField(label=_("Summary"), codes=[code for code, _name in settings.LANGUAGES], rows=4)

    class Meta:
        model = Reply
        fields = ["kind", "received_on", "summaries"]

    def clean_summaries(self) -> dict[str, str]:
        summaries: dict[str, str] = self.cleaned_data["summaries"]
        if not summaries and self.instance.visibility == Reply.Visibility.SUMMARY:
            raise forms.ValidationError(_("This summary is public, so it cannot be empty."), code="required")
        return summaries
