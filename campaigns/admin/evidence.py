"""Sources, incidents with their figures, and instruments."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.stateful_admin import RowInline, StatefulAdmin
from campaigns.admin_forms import FigureForm, IncidentForm, WordedForm
from campaigns.models import Campaign, Figure, Incident, Instrument, Place, Position, Source


@admin.register(Source)
class SourceAdmin(StatefulAdmin):
    list_display = ["title", "publisher", "published", "is_public"]
    list_filter = ["is_public"]
    search_fields = ["title", "publisher", "slug"]
    state_field = ""


class FigureInline(RowInline):
    model = Figure
    form = FigureForm
    autocomplete_fields = ["source"]
    fields = [("minimum", "maximum", "qualifier"), "origin", "paraphrase", "translations", "source"]


class PlaceInline(RowInline):
    model = Place
    form = WordedForm
    fields = [("name", "country"), ("latitude", "longitude", "facing"), "translations"]


class PositionInline(RowInline):
    model = Position
    form = WordedForm
    autocomplete_fields = ["source"]
    fields = [("actor", "dated"), "text", "translations", "source"]


@admin.register(Incident)
class IncidentAdmin(StatefulAdmin):
    form = IncidentForm
    inlines = [FigureInline, PlaceInline, PositionInline]
    fields = ["campaign", "slug", "kind", "title", "translations", ("starts_on", "ends_on", "precision"), "is_core"]
    list_display = ["title", "kind", "starts_on", "precision", "is_core"]
    list_filter = ["kind", "is_core"]
    search_fields = ["title", "slug"]
    state_field = ""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "campaign":
            kwargs["queryset"] = Campaign.objects.prefetch_related("texts")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Instrument)
class InstrumentAdmin(StatefulAdmin):
    form = WordedForm
    autocomplete_fields = ["sources"]
    fields = ["slug", "name", "short_name", "translations", "kind", "adopted_on", "parties", "articles", "sources"]
    list_display = ["name", "short_name", "kind", "adopted_on"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name", "slug"]
    state_field = ""
