"""Forms for letters that people carry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from letters.models.recipient import Channel
from privacy.documents import MAX_BYTES
from privacy.text import PlainTextField


class ProofForm(forms.Form):
    """A file that shows a delivery."""

    file = forms.FileField(
        label=_("Proof"),
        help_text=_(
            "PDF, JPEG or PNG, at most 10 MB: the receipt, the transmission report, a photograph. It is written anew, "
            "without place, time, camera and author; what can be seen on it stays."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
        error_messages={"required": _("Please choose a file."), "empty": _("This file is empty.")},
        max_length=200,
    )

    def clean_file(self) -> bytes:
        """Its bytes: neither its name nor what the browser says of its type is believed."""
        upload = self.cleaned_data["file"]
        if not upload:
            return b""
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(_("This file is too large: send one of at most 10 MB."))
        content: bytes = upload.read()
        return content


class DispatchForm(ProofForm):
    """That a letter was delivered: the evidence in words, and a file where there is one."""

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
    field_order = ["evidence", "file"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False


class CarryOnForm(forms.Form):
    """What became of a channel, and by which one the letter goes now."""

    what_happened = PlainTextField(
        label=_("What happened"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The form is gone, the envelope came back, nobody opened. It stays with the letter."),
        error_messages={"required": _("Write down what happened: the form is gone, the envelope came back.")},
    )
    channel = forms.ChoiceField(
        label=_("Carry on by"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose by which channel the letter goes now.")},
    )

    def __init__(self, *args: Any, ways: list[Channel], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.value, way.label) for way in ways]
        if ways:
            self.initial["channel"] = ways[0].value
