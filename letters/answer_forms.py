"""Forms for what came back, and for what did not."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import ByLanguageField, language_choices
from accounts.reasons import ReasonField
from letters.exceptions import LettersError
from letters.inbound.reading import MAX_MAIL
from letters.models import Letter, Reply
from letters.services.answering import MAX_PUBLIC, check_publication
from privacy.text import OneLineField, PlainTextField

SITE_LANGUAGES = [code for code, _name in settings.LANGUAGES]


class ReferenceField(OneLineField):
    """A letter by the reference that stands on it; among several that were written, the one that left last."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            max_length=40,
            label=kwargs.pop("label", _("Reference of the letter")),
            help_text=_("“Our reference” on the letter, for example 6C47A21F-0002."),
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        letter = Letter.objects.filter(reference__iexact=text).order_by("-created_at").first()
        if letter is None:
            raise forms.ValidationError(_("There is no letter with this reference."), code="unknown")
        return letter


class AssignForm(forms.Form):
    reference = ReferenceField()


class RecordMailForm(forms.Form):
    """What a mail is to its letter."""

    kind = forms.ChoiceField(label=_("What came back"), choices=Reply.Kind, widget=forms.RadioSelect)
    summaries = ByLanguageField(
        label=_("Summary"),
        codes=SITE_LANGUAGES,
        rows=4,
        help_text=_("In our own words, if you want one now. Name nobody who could be put at risk."),
    )


class UploadMailForm(forms.Form):
    """A mail as a file."""

    file = forms.FileField(
        label=_("Mail"),
        help_text=_("The message as your mail program saves it (.eml), with its headers; at most 25 MB."),
        widget=forms.FileInput(attrs={"accept": ".eml,message/rfc822"}),
        error_messages={"empty": _("The file is empty."), "required": _("Please choose a file.")},
        max_length=200,
    )
    reference = ReferenceField(required=False, label=_("Reference of the letter, if you know it"))

    def clean_file(self) -> UploadedFile:
        """Its size is looked at before it is read; neither its name nor its type is believed."""
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_MAIL:
            raise forms.ValidationError(_("This mail is larger than 25 MB. Save it without its largest attachment."))
        return upload


class PublishForm(forms.Form):
    """What of a reply everybody may read."""

    visibility = forms.ChoiceField(
        label=_("What becomes public"),
        choices=[(v.value, v.label) for v in (Reply.Visibility.SUMMARY, Reply.Visibility.FULL)],
        widget=forms.RadioSelect,
    )
    summaries = ByLanguageField(
        label=_("Summary"),
        codes=SITE_LANGUAGES,
        rows=4,
        help_text=_("In our own words. Name nobody who could be put at risk."),
    )
    public_text = PlainTextField(
        label=_("Public text"),
        required=False,
        max_length=MAX_PUBLIC,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "For “whole text is public”. Leave out names and numbers of people who only did their work, and write […] "
            "in their place."
        ),
        error_messages={"max_length": _("Please shorten it to 20,000 characters, or publish a summary.")},
    )
    public_language = forms.ChoiceField(
        label=_("Language of the public text"), choices=[("", "–"), *language_choices()], required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            said = {key: cleaned[key] for key in ("summaries", "public_text", "public_language")}
            try:
                check_publication(Reply.Visibility(cleaned["visibility"]), **said)
            except LettersError as exc:
                self.add_error(None, str(exc))
        return cleaned


class FollowUpForm(forms.Form):
    """What was done about the silence."""

    note = ReasonField(
        label=_("What was done"),
        rows=3,
        help_text=_("A call, a visit, a new letter with its reference, or why nothing."),
        error_messages={"required": _("Write down what was done: a call, a new letter, a visit, or why nothing.")},
    )


class DaysForm(forms.Form):
    """Spans of silence, in days."""

    days = OneLineField(
        label=_("Days of silence"),
        required=False,
        max_length=60,
        help_text=_(
            "After so many days without an answer a letter becomes a task, for example 14, 30, 60, 90. Empty: never."
        ),
    )

    def clean_days(self) -> list[int]:
        words = self.cleaned_data["days"].replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() and len(word) < 5 for word in words):
            raise forms.ValidationError(_("Write numbers of days with commas between them."), code="invalid")
        return [int(word) for word in words]
