"""The short form of “Report this”."""

from django import forms
from django.utils.translation import gettext_lazy as _

from petitions.forms import PublicForm
from petitions.models import Report
from privacy.text import PlainTextField


class ReportForm(PublicForm):
    """What it is about, and where to look."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Report.About,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what it is about."),
            "invalid_choice": _("Please choose one of these."),
        },
    )
    text = PlainTextField(
        label=_("What should we look at? (optional)"),
        required=False,
        max_length=1000,
        help_text=_("Please write nothing that could put you or anybody else at risk."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": _("Please shorten it to 1,000 characters.")},
    )
