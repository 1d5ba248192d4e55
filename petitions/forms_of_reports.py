"""The short form of “Report this”."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from petitions.forms import ECHO_LIMIT, TRAP
from petitions.models import Report
from privacy.text import PlainTextField


class ReportForm(forms.Form):
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

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @property
    def is_trapped(self) -> bool:
        """Whether a robot filled it in."""
        return any(value.strip() for value in cast(QueryDict, self.data).getlist(TRAP))

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors.get("text"):  # nobody wants a megabyte back
            answers = cast(QueryDict, self.data).copy()
            answers["text"] = answers.get("text", "")[: 1000 + ECHO_LIMIT].replace("\x00", "")
            self.data = answers
