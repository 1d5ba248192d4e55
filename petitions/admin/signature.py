"""Signatures at the desk."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from accounts.row_filter import RowFilter
from accounts.stateful_admin import ReadOnlyAdmin
from petitions.models import Petition, Signature

State = Petition.State
STILL_WRITTEN = (State.DRAFT, State.IN_REVIEW)
DAYS_LISTED = 14


class PetitionFilter(RowFilter):
    title = gettext_lazy("petition")
    parameter_name = "petition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), str(row)) for row in Petition.objects.prefetch_related("texts")]


class CountryFilter(admin.SimpleListFilter):
    title = gettext_lazy("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = Signature.objects.order_by("country").values_list("country", flat=True).distinct()
        return sorted(
            ((code or "none", countries.name(code) or _("not said")) for code in codes), key=lambda pair: pair[1]
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        return queryset.filter(country="" if code == "none" else code) if code else queryset


class DayFilter(admin.SimpleListFilter):
    title = gettext_lazy("day")
    parameter_name = "day"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        today = timezone.localdate()
        days = [today - timedelta(days=ago) for ago in range(DAYS_LISTED)]
        return [(day.isoformat(), date_format(day, "MONTH_DAY_FORMAT")) for day in days]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _label in self.lookup_choices}
        return queryset.filter(created_at__date=self.value()) if self.value() in known else queryset


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    """Signatures as staff may see them: the address is nowhere on these pages. Reading one leaves an audit line."""

    list_display = ["number", "listed_as", "petition", "state", "country", "created_at", "confirmed_at"]
    list_filter = ["state", PetitionFilter, CountryFilter, DayFilter]
    list_select_related = ["petition"]
    ordering = ["-pk"]
    fields = [
        "petition",
        "name",
        "shown_as",
        "country",
        "show_country",
        "comment",
        "language",
        "handover",
        "updates",
        "created_at",
        "confirmed_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        signatures = super().get_queryset(request).select_related("petition").prefetch_related("petition__texts")
        return signatures.defer("address", "network_hash", "nonce", "address_fingerprint")

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, signature: Signature) -> str:
        return f"№ {signature.pk}"

    @admin.display(description=gettext_lazy("on the public list"))
    def listed_as(self, signature: Signature) -> str:
        """In a list only what the public list shows as well: before it is confirmed, no name."""
        return self.shown_as(signature) if signature.state == Signature.State.CONFIRMED else "–"

    @admin.display(description=gettext_lazy("on the public list"))
    def shown_as(self, signature: Signature) -> str:
        return signature.public_name or _("private")

    @admin.display(description=gettext_lazy("name handed over"), boolean=True)
    def handover(self, signature: Signature) -> bool:
        return signature.consent_handover_id is not None

    @admin.display(description=gettext_lazy("wants updates"), boolean=True)
    def updates(self, signature: Signature) -> bool:
        return signature.consent_updates_id is not None

    def next_step(self, request: HttpRequest, signature: Signature) -> str:
        return _("Who reads this page stands in the history below. The address is not shown to anybody.")

    def is_restricted(self, request: HttpRequest, obj: Signature) -> bool:
        return True
