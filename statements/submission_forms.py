"""The form of the desk for the way of a statement to a body."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_fields import language_choices
from letters.models import Route, Session
from letters.route_forms import FORMATS
from privacy.text import OneLineField
from statements.models import Statement
from statements.services.submitting import Way, named_organizations

SHOWN_AFTER = timedelta(days=30)  # a session is offered so long after its end


class WayForm(forms.Form):
    """Which body a statement goes to, and how."""

    route = forms.ModelChoiceField(label=_("Route"), queryset=Route.objects.none(), empty_label=None)
    session = forms.ModelChoiceField(
        label=_("Session"), queryset=Session.objects.none(), required=False, empty_label=_("none")
    )
    language = forms.ChoiceField(label=_("Language"))
    format = forms.ChoiceField(label=_("Format"), choices=[(name, name) for name in FORMATS])
    lead = forms.TypedChoiceField(label=_("Submitted by, in the lead"), required=False, coerce=int, empty_value=None)
    case = OneLineField(
        label=_("Case"),
        max_length=80,
        help_text=_("Texts about the same case have the same word here; the desk then warns of ways that conflict."),
    )

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["route"].queryset = Route.objects.in_use().prefetch_related("rules")
        since = timezone.localdate() - SHOWN_AFTER
        fields["session"].queryset = Session.objects.filter(ends_on__gte=since).prefetch_related("routes")
        version = statement.signable_version or statement.current_version
        names = dict(language_choices())
        written = [row.language for row in version.translations.all()] if version else []
        fields["language"].choices = [(code, names.get(code, code)) for code in written]
        fields["lead"].choices = [("", _("the lead of the statement")), *named_organizations(statement)]
        fields["case"].initial = statement.reference

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        session, route = cleaned.get("session"), cleaned.get("route")
        if session and route and route not in session.routes.all():
            self.add_error("session", _("This route does not lead to that session."))
        return cleaned

    def way(self) -> Way:
        return Way(**self.cleaned_data)
