"""Forms of the desk about what the press gets, and what two people decide."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import ByLanguageField, WallClockField
from accounts.reasons import ReasonField
from privacy.images import MAX_BYTES
from privacy.text import AddressField, OneLineField, PlainTextField
from statements.exceptions import TransitionRefused
from statements.models import CoSignature, Statement

LONG = 12_000  # characters of a release
NUMBERS = forms.NumberInput(attrs={"min": "1", "max": "999", "inputmode": "numeric"})


class EmbargoForm(forms.Form):
    """Until when, on the clock of the statement's own time zone."""

    until = WallClockField(
        label=_("Public from"),
        help_text=_("The first second in which everybody may read it, in the time zone of the statement."),
    )
    reason = ReasonField(help_text=_("The other person reads this."), rows=2)


def moment_in_zone(wall: datetime, zone_name: str) -> datetime:
    """The moment that a clock on the wall means in this zone. Raises TransitionRefused where it jumps over it."""
    zone = ZoneInfo(zone_name)
    moment = wall.replace(tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise TransitionRefused(_("The clocks jump over this hour in that time zone: choose another."))
    return moment


class WordsField(ByLanguageField):
    """Words by language of which the English ones are needed."""

    def clean(self, value: Any) -> Any:
        words = super().clean([PlainTextField(max_length=3_000, required=False).clean(text) for text in value or []])
        if not words.get("en", "").strip():
            raise forms.ValidationError(_("Write it in English at least."), code="required")
        return words


class ErratumForm(forms.Form):
    """What is put right, in words that everybody reads."""

    erratum = WordsField(
        label=_("The correction"), help_text=_("What was wrong, and what is right. It is shown with its date."), rows=4
    )
    is_material = forms.BooleanField(
        label=_("It matters for whoever signed: tell every signatory"),
        required=False,
    )
    reason = ReasonField(help_text=_("The other person reads this."), rows=2)


class PressTextForm(forms.Form):
    """The release in one language."""

    title = OneLineField(label=_("Title"), max_length=250)
    body = PlainTextField(
        label=_("Release"), max_length=LONG, widget=forms.Textarea(attrs={"rows": 12}), help_text=_("Markdown.")
    )
    notes = PlainTextField(
        label=_("Notes to editors"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Markdown."),
    )
    contact = PlainTextField(
        label=_("Press contact"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name, telephone and e-mail, one a line. It is public."),
    )


class QuoteForm(forms.Form):
    """What somebody says, before they have approved it."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    words = PlainTextField(label=_("Words"), max_length=1_500, widget=forms.Textarea(attrs={"rows": 3}))
    speaker = OneLineField(label=_("Who says it"), max_length=150)
    role = OneLineField(label=_("Role"), max_length=200, help_text=_("As it shall be printed."))


class ApprovalForm(forms.Form):
    """Who approved exactly these words, and how."""

    approved_by = OneLineField(
        label=_("Approved by"), max_length=200, help_text=_("Who, and how: “the speaker, by telephone”. It is public.")
    )


class ImageForm(forms.Form):
    """A picture and what must stand beside it."""

    file = forms.FileField(
        label=_("Picture"),
        max_length=200,
        help_text=_("JPEG, PNG or WebP, at most 2 MB. It is drawn anew: place, time and camera are not kept."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Choose a file."),
            "missing": _("Choose a file."),
            "empty": _("This file is empty."),
            "max_length": _("The name of this file is too long."),
        },
    )
    texts = WordsField(label=_("What is to be seen"), help_text=_("For whoever does not see it."), rows=2)
    credit = OneLineField(label=_("Credit"), max_length=200)
    licence = OneLineField(
        label=_("Licence"), max_length=200, help_text=_("For example: free for reports, with credit.")
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:  # before it is read
            raise forms.ValidationError(_("This file is too large: send a picture of at most 2 MB."), code="too_large")
        return file


class PreviewForm(forms.Form):
    """Which journalist may read the text beforehand."""

    name = OneLineField(label=_("Name"), max_length=150)
    address = AddressField(label=_("E-mail"))
    outlet = OneLineField(label=_("Newsroom"), max_length=150, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class CorrectionForm(forms.Form):
    """What everybody who had a link is told."""

    words = WordsField(label=_("The correction"), help_text=_("It goes to each of them in their language."), rows=4)
    reason = ReasonField(rows=2)


class ArrangeForm(forms.Form):
    """The order of the block; who leads, and places by hand."""

    order = forms.ChoiceField(label=_("Order"), choices=Statement.Order.choices)

    def __init__(self, *args: Any, rows: list[CoSignature], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[f"lead_{row.pk}"] = forms.BooleanField(
                label=_("Lead organization"), required=False, initial=row.is_lead
            )
            self.fields[f"place_{row.pk}"] = forms.IntegerField(
                label=_("Place"), required=False, min_value=1, max_value=999, initial=row.position, widget=NUMBERS
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {"cosignature": row, "lead": self[f"lead_{row.pk}"], "place": self[f"place_{row.pk}"]} for row in self.rows
        ]

    @property
    def positions(self) -> dict[int, int]:
        places = {row.pk: self.cleaned_data.get(f"place_{row.pk}") for row in self.rows}
        return {pk: place for pk, place in places.items() if place}

    @property
    def leads(self) -> list[int]:
        return [row.pk for row in self.rows if self.cleaned_data.get(f"lead_{row.pk}")]
