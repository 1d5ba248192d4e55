"""Forms of the statements room at the desk."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import DateInput, LinesField, MomentInput, WallClockField, ZonedForm, language_choices
from accounts.reasons import ReasonField
from campaigns.models import Organization
from letters.admin_forms import RecipientPicker, RecipientsField
from letters.models import LetterTemplate, Recipient
from letters.rendering import placeholders_in
from letters.rendering.placeholders import BrokenPlaceholder
from privacy.text import AddressField, OneLineField, PlainTextField
from statements.models import Statement, Translation, Version
from statements.models.statement import site_languages

REPLY_WITHIN = timedelta(days=30)
LEAVE_WITHIN = timedelta(days=365)


class TimeInput(forms.TimeInput):
    """The browser's own field for a time of day."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def letter_languages() -> list[tuple[str, str]]:
    """The languages of the site, and those that letters have a template in."""
    known = dict(settings.LANGUAGES)
    others = set(LetterTemplate.objects.values_list("language", flat=True))
    return [(code, name) for code, name in language_choices() if code in known or code in others]


class StatementForm(ZonedForm):
    zoned = ("deadline", "late_until")
    deadline = WallClockField(
        label=_("Co-signing closes"),
        required=False,
        help_text=_("The first second that is too late, in the time zone below."),
    )
    late_until = WallClockField(
        label=_("Late co-signatures until"),
        required=False,
        help_text=_("Whoever signs after the deadline stands apart. Empty: nobody signs late."),
    )

    languages = forms.MultipleChoiceField(
        label=_("Languages it appears in"),
        choices=language_choices,
        initial=site_languages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The text cannot be locked while one of them is missing."),
    )

    elsewhere_url = forms.URLField(
        label=_("Published elsewhere at"), max_length=600, required=False, assume_scheme="https"
    )

    class Meta:
        model = Statement
        fields = [
            "campaign",
            "kind",
            "reference",
            "slug",
            "dated_on",
            "place",
            "languages",
            "deadline",
            "late_until",
            "time_zone",
            "bars_confidential",
            "topics",
            "is_elsewhere",
        ]
        widgets = {"topics": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        deadline = cleaned.get("deadline")
        if self.instance.state == Statement.State.OPEN:
            if deadline is None:
                self.add_error("deadline", _("A statement that is open for co-signing has a deadline."))
            elif deadline <= timezone.now():
                self.add_error("deadline", _("This lies in the past. To end co-signing now, press “Close co-signing”."))
        late = cleaned.get("late_until")
        if late and (deadline is None or late <= deadline):
            self.add_error("late_until", _("Late co-signatures end after the deadline."))
        if cleaned.get("is_elsewhere") and not cleaned.get("elsewhere_url"):
            self.add_error("elsewhere_url", _("Write where it was published."))
        return cleaned


class TranslationForm(forms.ModelForm):
    demands = LinesField(
        label=_("Demands"),
        initial=list,
        required=False,
        help_text=_("One a line, in the same order in every language. Markdown: **China** to halt every return."),
    )

    class Meta:
        model = Translation
        fields = ["language", "status", "title", "dateline", "summary", "body", "demands", "about", "press_contact"]
        widgets = {
            "body": forms.Textarea(attrs={"rows": 24}),
            "summary": forms.Textarea(attrs={"rows": 3}),
            "about": forms.Textarea(attrs={"rows": 3}),
            "press_contact": forms.Textarea(attrs={"rows": 2}),
        }

    def _get_validation_exclusions(self) -> set[str]:
        """“One authoritative text” is checked over all rows at once, so that two may change places."""
        return {*super()._get_validation_exclusions(), "status"}  # type: ignore[misc]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        try:
            placeholders_in(body)
        except BrokenPlaceholder as exc:
            raise forms.ValidationError(str(exc), code="broken") from exc
        return body


class CurrentTextsFormSet(BaseInlineFormSet):
    """The texts of a statement's newest version, edited on the page of the statement."""

    def __init__(self, data: Any = None, files: Any = None, instance: Any = None, **kwargs: Any):
        if isinstance(instance, Statement):
            newest = instance.versions.order_by("-number").first() if instance.pk else None
            instance = newest or Version(statement=instance)
        super().__init__(data, files, instance=instance, **kwargs)

    def clean(self) -> None:
        super().clean()
        statuses = [form.cleaned_data.get("status") for form in self.forms if getattr(form, "cleaned_data", None)]
        if statuses.count(Translation.Status.AUTHORITATIVE) > 1:
            raise forms.ValidationError(_("Only one language can be the authoritative text."), code="two_authoritative")

    def save_existing_objects(self, commit: bool = True) -> Any:
        """First the row that stops being authoritative, then the one that becomes it."""
        self.initial_forms.sort(key=lambda form: form.instance.status == Translation.Status.AUTHORITATIVE)
        return super().save_existing_objects(commit)


class LockForm(forms.Form):
    """Why the text is locked in spite of what the check warns of."""

    reason = ReasonField(required=False, help_text=_("Needed where the check warns of something; kept in the history."))


class ChangeForm(forms.Form):
    """What kind of change a text that organizations were asked to sign needs."""

    change = forms.ChoiceField(
        label=_("Kind of change"),
        choices=Version.Change,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the meaning stays.")},
    )
    reason = ReasonField(
        label=_("What changes, and why"),
        rows=1,
        help_text=_("Public: it stands beside the difference between the two versions."),
        error_messages={"required": _("Write what changes, and why: those who signed read it.")},
    )


class CommentsForm(forms.Form):
    """Until when delegates may comment."""

    until = WallClockField(
        label=_("Comments close"),
        widget=MomentInput,
        help_text=_("In the time zone of the statement."),
        error_messages={"required": _("Write until when delegates may comment.")},
    )


class DecisionForm(forms.Form):
    """Taking a proposed edit over, as it is or with other words, or leaving it."""

    wording = PlainTextField(
        label=_("Wording to take over"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )
    reason = OneLineField(
        label=_("Reason"), required=False, max_length=500, help_text=_("The organization reads it. Needed to decline.")
    )


class ReviewForm(forms.Form):
    """Which language was read over."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)


class CourtesyForm(forms.Form):
    """A translation that helps to read the text and is not itself signed."""

    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    title = OneLineField(label=_("The title"), max_length=250)
    body = PlainTextField(label=_("Text"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 20}))
    demands = LinesField(label=_("Demands"), required=False, help_text=_("One a line."))


class OrganizationPicker(RecipientPicker):
    """The same list for organizations."""


class InviteForm(forms.Form):
    """Which verified members to ask; those not yet asked are ticked."""

    organizations = forms.ModelMultipleChoiceField(
        Organization.objects.none(),
        label=_("Organizations"),
        widget=OrganizationPicker,
        error_messages={
            "required": _("Choose at least one organization."),
            "invalid_choice": _("One of them is not a verified member any more, or was invited meanwhile."),
        },
    )

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["organizations"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Organization.objects.members().exclude(invitations__statement=statement)
        field.initial = [row.pk for row in field.queryset]


class DelegateInvitationForm(forms.Form):
    """A person who will act for an organization."""

    name = OneLineField(label=_("Name"), max_length=150)
    address = AddressField(
        label=_("E-mail"),
        help_text=_("The person signs in with codes that are mailed to this address."),
    )
    title = OneLineField(
        label=_("Title"), max_length=150, required=False, help_text=_("Executive Director, for example.")
    )
    mandate = OneLineField(
        label=_("Mandate"),
        max_length=300,
        help_text=_("Who authorized this person, and when: “Board decision of 3 May 2026”."),
        error_messages={"required": _("Write who authorized this person, and when.")},
    )
    language = forms.ChoiceField(label=_("Language of our mails"), choices=settings.LANGUAGES)
    may_sign = forms.BooleanField(
        label=_("May sign for the organization"),
        required=False,
        initial=True,
        help_text=_("Without this tick the person may read and forward, but not sign."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("Empty: until you end it.")
    )

    def clean_valid_until(self) -> date | None:
        until: date | None = self.cleaned_data["valid_until"]
        if until and until < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."), code="past")
        return until


class AcceptRequestForm(forms.Form):
    """Until when the colleague may act whom a delegate named."""

    asked = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    valid_until = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("Empty: until you end it.")
    )


class RefuseRequestForm(forms.Form):
    """Why a colleague is not let in."""

    asked = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    reason = ReasonField()


class ReleaseForm(forms.Form):
    """To whom, in which language, when they leave, and by when an answer is asked for."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=letter_languages,
        help_text=_("Used for every office that is addressed in it; the others get English."),
    )
    reply_by = forms.DateField(label=_("Answer requested by"), widget=DateInput)
    leave_on = forms.DateField(
        label=_("Leave on"),
        required=False,
        widget=DateInput,
        help_text=_(
            "Empty: as soon as the cooling-off period is over. None leaves before that, nor before the text is public."
        ),
    )
    leave_time = forms.TimeField(
        label=_("At"),
        required=False,
        widget=TimeInput,
        help_text=_("By the clocks where each office is: at 09:00 in Seoul, and at 09:00 in Geneva."),
    )
    everybody = forms.BooleanField(
        label=_("All offices in use that were not written to about this text"), required=False
    )
    recipients = RecipientsField(label=_("Or these offices"), required=False)

    def __init__(self, *args: Any, still_to_write: list[Recipient], **kwargs: Any):
        kwargs.setdefault("initial", {"language": "en", "reply_by": timezone.localdate() + REPLY_WITHIN})
        super().__init__(*args, **kwargs)
        self.still_to_write = still_to_write
        field = self.fields["recipients"]
        assert isinstance(field, RecipientsField)
        field.queryset = Recipient.objects.filter(pk__in=[row.pk for row in still_to_write])

    def wishes(self) -> dict[str, str]:
        """The choices of a valid form but for the offices, as they are posted again."""
        cleaned = self.cleaned_data
        at = cleaned["leave_time"]
        return {
            "language": cleaned["language"],
            "reply_by": cleaned["reply_by"].isoformat(),
            "leave_on": cleaned["leave_on"].isoformat() if cleaned["leave_on"] else "",
            "leave_time": at.strftime("%H:%M") if at else "",
        }

    def clean_reply_by(self) -> date:
        day: date = self.cleaned_data["reply_by"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Ask for the answer by a day that lies ahead."), code="past")
        return day

    def clean_leave_on(self) -> date | None:
        day: date | None = self.cleaned_data["leave_on"]
        if day and day < timezone.localdate() - timedelta(days=1):  # west of here it may be yesterday still
            raise forms.ValidationError(_("This day has passed."), code="past")
        if day and day > timezone.localdate() + LEAVE_WITHIN:
            raise forms.ValidationError(_("Choose a day within a year."), code="far")
        return day

    def _check_times(self, cleaned: dict[str, Any]) -> None:
        day, at = cleaned.get("leave_on"), cleaned.get("leave_time")
        if day and at is None and "leave_time" not in self.errors:
            self.add_error("leave_time", _("Write at what time of day the letters leave."))
        if at is not None and day is None and "leave_on" not in self.errors:
            self.add_error("leave_on", _("Write on which day the letters leave."))
        if day and cleaned.get("reply_by") and cleaned["reply_by"] <= day:
            self.add_error("reply_by", _("Ask for the answer by a day after the letters leave."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_times(cleaned)
        if cleaned.get("everybody"):
            cleaned["recipients"] = self.still_to_write
        elif "recipients" in cleaned:
            chosen = {row.pk for row in cleaned["recipients"]}
            cleaned["recipients"] = [row for row in self.still_to_write if row.pk in chosen]
            if not chosen:
                self.add_error("recipients", _("Choose at least one office."))
        return cleaned
