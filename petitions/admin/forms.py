"""The form of a petition at the desk."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import WallClockField, ZonedForm, moment_at
from accounts.reasons import ReasonField
from letters.admin_forms import RecipientsField
from letters.models import Recipient
from petitions.models import Petition


class NoteForm(forms.Form):
    """Why, for the history, for whoever has the time to say it."""

    reason = ReasonField(label=_("Reason (optional)"), required=False, rows=3)


class ExtendForm(forms.Form):
    """A later end, as the clocks show it where the petition is at home: `initial` names the zone."""

    closes_at = WallClockField(label=_("Closes"), help_text=_("The first second that is too late."))

    def clean_closes_at(self) -> datetime:
        return moment_at(self.cleaned_data["closes_at"], self.initial["time_zone"])


class PetitionForm(ZonedForm):
    zoned = ("opens_at", "closes_at")
    opens_at = WallClockField(label=_("Opens"), required=False, help_text=_("Empty: as soon as it is published."))
    closes_at = WallClockField(
        label=_("Closes"), required=False, help_text=_("The first second that is too late, in the time zone below.")
    )
    recipients = RecipientsField(label=_("Addressed to"), required=False)

    class Meta:
        model = Petition
        fields = [
            "campaign",
            "slug",
            "goal",
            "opens_at",
            "closes_at",
            "time_zone",
            "duty_of_care",
            "allows_shared_addresses",
            "recipients",
        ]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields.get("recipients")
        if isinstance(field, forms.ModelMultipleChoiceField) and self.instance.pk:  # also offices no longer in use
            chosen = self.instance.recipients.values("pk")
            field.queryset = Recipient.objects.filter(Q(is_active=True) | Q(pk__in=chosen))

    def clean_goal(self) -> int:
        goal: int = self.cleaned_data["goal"]
        if goal < 1:
            raise forms.ValidationError(_("A goal is at least one signature."))
        return goal

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        opens = cleaned.get("opens_at") or self.instance.opens_at
        closes = cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("It closes before it opens: correct the dates."))
        return cleaned
