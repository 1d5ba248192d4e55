"""The forms of the audit at the desk."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import audit_words
from accounts.admin_fields import DateInput
from accounts.audit.finding import Question
from accounts.models import AuditEntry, User
from accounts.reasons import ReasonField
from accounts.row_filter import LARGEST_ID
from privacy.text import OneLineField

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
ANY = ("", _("all"))


class SearchForm(forms.Form):
    """What to look for; `question()` once it is valid."""

    act = forms.ChoiceField(label=_("What"), required=False)
    object_type = forms.ChoiceField(label=_("To what"), required=False)
    object_id = forms.IntegerField(
        label=_("Number"), required=False, min_value=0, max_value=LARGEST_ID, widget=forms.TextInput
    )
    by = forms.ModelChoiceField(User.objects.order_by("-is_staff", "pk"), label=_("Who"), required=False)
    first_day = forms.DateField(label=_("From"), required=False, widget=DateInput)
    last_day = forms.DateField(label=_("Until"), required=False, widget=DateInput)
    words = OneLineField(label=_("Words of the reason"), required=False, max_length=100)
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, widget=forms.HiddenInput)

    def __init__(self, data: Any):
        super().__init__(data)
        pairs = list(AuditEntry.objects.order_by().values_list("act", "object_type").distinct())
        known = [*audit_words.ACTS, *(act for act, _object_type in pairs)]
        acts = {act: audit_words.act_in_words(act) for act in known}
        kinds = {kind: audit_words.kind_in_words(kind) for _act, kind in pairs}
        for name, choices in (("act", acts), ("object_type", kinds)):
            field: Any = self.fields[name]
            field.choices = [ANY, *sorted(choices.items(), key=lambda pair: pair[1])]
        people: Any = self.fields["by"]
        people.empty_label = ANY[1]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("first_day", "last_day"):
            day = cleaned.get(name)
            if day and not FIRST <= day <= LAST:
                self.add_error(name, _("Choose a day between 2000 and 2199."))
        if cleaned.get("first_day") and cleaned.get("last_day") and cleaned["last_day"] < cleaned["first_day"]:
            self.add_error("last_day", _("This day lies before the first one."))
        return cleaned

    def question(self) -> Question:
        """What was asked; of an invalid form the fields that could be read."""
        said = {
            name: value for name, value in self.cleaned_data.items() if name != "before" and value not in ("", None)
        }
        return Question(**said)


class ExportForm(forms.Form):
    """Why somebody takes the audit away."""

    reason = ReasonField(label=_("What for"))
