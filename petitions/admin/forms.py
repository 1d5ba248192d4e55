"""The form of a petition at the desk."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import DateInput, WallClockField, ZonedForm, moment_at
from accounts.reasons import ReasonField
from letters.admin_forms import RecipientsField
from letters.models import Recipient
from petitions.models import Handover, Petition
from petitions.services.handing_over import HANDED_STATES


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


class HandoverForm(forms.ModelForm):
    """Which petition is handed over; everything else is counted."""

    petition = forms.ModelChoiceField(
        Petition.objects.none(),
        label=_("Petition"),
        help_text=_("Its count of this moment is frozen, with the files that go along."),
    )

    class Meta:
        model = Handover
        fields = ["petition"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields.get("petition")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Petition.objects.filter(state__in=HANDED_STATES).prefetch_related("texts")

    def clean_petition(self) -> Petition:
        petition: Petition = self.cleaned_data["petition"]
        if not petition.signatures.filter(state="confirmed").exists():
            raise forms.ValidationError(_("Nobody has signed this petition yet."), code="nobody")
        return petition


class HandoverReleaseForm(forms.Form):
    """To which of its offices a petition is handed over, and how."""

    recipients = RecipientsField(label=_("Offices"), help_text=_("Those that the petition is addressed to."))
    language = forms.ChoiceField(label=_("Preferred language"), choices=settings.LANGUAGES)
    reply_by = forms.DateField(label=_("Answer requested by"), widget=DateInput)

    def __init__(self, handover: Handover, data: Any = None):
        in_a_month = timezone.localdate() + timedelta(days=30)
        addressed = handover.petition.recipients.filter(is_active=True)
        initial = {"recipients": list(addressed.values_list("pk", flat=True)), "reply_by": in_a_month}
        super().__init__(data, initial=initial, label_suffix="")
        field = self.fields["recipients"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = addressed

    def clean_reply_by(self) -> date:
        day: date = self.cleaned_data["reply_by"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Ask for the answer by a day that lies ahead."), code="past")
        return day
