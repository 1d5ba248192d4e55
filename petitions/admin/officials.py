"""Official petitions to parliaments, at the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_fields import DateInput
from accounts.stateful_admin import StatefulAdmin
from accounts.steps import step
from petitions import services
from petitions.exceptions import PetitionsError
from petitions.models import OfficialPetition

MOST = 1_000_000_000  # signatures; the database holds twice as many


class OfficialPetitionForm(forms.ModelForm):
    url = forms.URLField(
        label=gettext_lazy("Its page"), assume_scheme="https", validators=[URLValidator(schemes=["https"])]
    )
    threshold = forms.IntegerField(label=gettext_lazy("Signatures needed"), min_value=1, max_value=MOST)

    class Meta:
        model = OfficialPetition
        fields = ["petition", "body", "country", "url", "threshold", "opens_on", "closes_on"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("It closes before it opens: correct the dates."))
        return cleaned


class ProgressForm(forms.Form):
    progress = forms.IntegerField(label=gettext_lazy("Signatures so far"), min_value=0, max_value=MOST)
    on = forms.DateField(label=gettext_lazy("Read on"), widget=DateInput)


@admin.register(OfficialPetition)
class OfficialPetitionAdmin(StatefulAdmin):
    form = OfficialPetitionForm
    refusals = (PetitionsError,)
    change_actions = ["note_progress"]
    list_display = ["body", "petition", "progress", "threshold", "progress_on", "closes_on"]
    list_select_related = ["petition"]
    ordering = ["-pk"]
    readonly_fields = ["progress", "progress_on"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfficialPetition]:
        return super().get_queryset(request).select_related("petition").prefetch_related("petition__texts")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = ["petition", "body", "country", "url", "threshold", "opens_on", "closes_on"]
        return [*fields, "progress", "progress_on"] if obj else fields

    def next_step(self, request: HttpRequest, obj: OfficialPetition) -> str:
        return _(
            "Nothing is fetched from there by itself: read its page now and then, and note the number with its day."
        )

    def step_initial(self, request: HttpRequest, obj: Any, name: str) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    @step(
        gettext_lazy("Note its number"),
        permission="petitions.change_officialpetition",
        form=ProgressForm,
        explains=gettext_lazy("As it stands on the page of the parliament on that day."),
        tone="main",
    )
    def note_progress(self, request: HttpRequest, obj: OfficialPetition, progress: int, on: Any) -> str:
        services.note_progress(obj.pk, progress=progress, on=on, by=self.person(request), now=timezone.now())
        return _("Noted. The petition’s page shows it within seconds.")
