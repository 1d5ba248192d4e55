"""Forms of offices at the desk: how they are reached, who holds them, when somebody looked last."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import DateInput, LinesField, language_choices
from accounts.reasons import ReasonField
from letters.models import Holder, Recipient
from letters.models.recipient import Channel, Format
from privacy.text import OneLineField

REVIEW_AFTER = timedelta(days=180)
FAX_CHARACTERS = set("+0123456789 ()-./")
PLACES = [_("Preferred channel"), *[_("Fall-back")] * (len(Channel) - 1)]


class _WaysInput(forms.MultiWidget):
    template_name = "admin/widgets/ways.html"

    def __init__(self) -> None:
        nothing = [("", "–")]
        super().__init__(
            [forms.Select(choices=[*nothing, *Channel.choices], attrs={"aria-label": place}) for place in PLACES]
        )

    def decompress(self, value: Any) -> list[str]:
        return list(value or [])


class WaysField(forms.MultiValueField):
    """Channels in the order in which they are tried; each at most once."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            [forms.ChoiceField(choices=[("", "–"), *Channel.choices], required=False) for _place in PLACES],
            widget=_WaysInput(),
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, data_list: list[str]) -> list[str]:
        ways = [way for way in data_list if way]
        if len(set(ways)) < len(ways):
            raise forms.ValidationError(_("Name each channel once."), code="twice")
        return ways


class RecipientForm(forms.ModelForm):
    postal_lines = LinesField(
        label=_("Postal address"), required=False, help_text=_("One line each, without the office.")
    )
    channels = WaysField(
        label=_("Channels"),
        help_text=_("The preferred one first. When it fails, staff carry on with the next."),
        error_messages={"required": _("Choose at least the preferred channel.")},
    )
    form_url = forms.URLField(label=_("Address of its web form"), max_length=500, required=False, assume_scheme="https")
    fax_number = OneLineField(
        label=_("Fax number"), max_length=40, required=False, help_text=_("With the code of the country: +41 22 …")
    )
    accepts_formats = forms.MultipleChoiceField(
        label=_("Formats it takes"), choices=Format, required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages it reads"),
        choices=language_choices(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Recipient
        fields = [
            "name", "slug", "kind", "role", "is_hostile", "country", "accredited_to", "city", "parent", "channels",
            "email", "postal_lines", "form_url", "fax_number", "accepts_formats", "languages", "is_active",
            "verified_on", "review_due_on",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["channels"] = self.instance.ways
            field = self.fields["languages"]
            assert isinstance(field, forms.MultipleChoiceField)
            known = dict(language_choices())
            others = [code for code in self.instance.languages if code not in known]
            field.choices = [*known.items(), *((code, code) for code in others)]  # what an import brought stays

    def clean_fax_number(self) -> str:
        number: str = self.cleaned_data["fax_number"]
        if set(number) - FAX_CHARACTERS:
            raise forms.ValidationError(_("Write the number with digits, blanks and a plus sign."), code="no_number")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        today = timezone.localdate()
        if cleaned.get("channels"):
            self.instance.channel = cleaned["channels"][0]
        verified, review = cleaned.get("verified_on"), cleaned.get("review_due_on")
        if verified and verified > today:
            self.add_error("verified_on", _("This day lies ahead."))
        if review and (not verified or review <= verified):
            self.add_error("review_due_on", _("The next review comes after the last."))
        if verified and not review:
            cleaned["review_due_on"] = verified + REVIEW_AFTER
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


class HolderForm(forms.ModelForm):
    name = OneLineField(
        label=_("Name and style"), max_length=200, help_text=_("As the envelope has it: “H.E. Ms. Ada Lind”.")
    )
    known_on = forms.DateField(
        label=_("Known on"),
        widget=DateInput,
        help_text=_("The day on which we read or heard it."),
        error_messages={"required": _("Write the day on which you knew that this person holds the office.")},
    )
    source = OneLineField(
        label=_("How we know"),
        max_length=300,
        required=False,
        help_text=_("The page of the office, a gazette, a call."),
    )

    class Meta:
        model = Holder
        fields = ["name", "since", "until", "known_on", "source"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("Nobody leaves an office before coming into it."))
        if cleaned.get("known_on") and cleaned["known_on"] > timezone.localdate():
            self.add_error("known_on", _("This day lies ahead."))
        return cleaned


class HolderFormSet(forms.BaseInlineFormSet):
    """The holders of one office: one after another, never two at once."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        spans = sorted((row["since"] or date.min, row["until"] or date.max) for row in rows)
        for (_came, left), (came, _left) in pairwise(spans):
            if came < left:
                raise forms.ValidationError(
                    _("Two persons would hold the office on the same day: write until when the first one held it."),
                    code="two_at_once",
                )


class VerifyForm(forms.Form):
    """Somebody looked whether everything about an office still holds."""

    verified_on = forms.DateField(label=_("Verified on"), widget=DateInput)
    review_due_on = forms.DateField(label=_("To be verified again on"), widget=DateInput)
    reason = ReasonField(
        label=_("Where you looked"), rows=1, help_text=_("The page of the office, its answer, a call; name no person.")
    )
