"""Signatures at the desk."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_countries import countries

from accounts import audit
from accounts.row_filter import LARGEST_ID, RowFilter
from accounts.stateful_admin import ReadOnlyAdmin
from accounts.steps import WhyForm, step
from petitions import services
from petitions.exceptions import PetitionsError
from petitions.models import Petition, Signature
from petitions.services import trending
from petitions.services.lists import plain_domain
from petitions.services.signals import domain_hash
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint

State = Signature.State
DAYS_LISTED = 14
TREND_HOURS = {3, 24, 72}


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


class SamePlaceFilter(admin.SimpleListFilter):
    """`?network_of=12`: what shares a hash with signature 12. It is reached by a link, not from the side."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        value = self.value()
        return [(value, f"№ {value}")] if value else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        number = self.value() or ""
        if not (number.isascii() and number.isdecimal() and len(number) < 19):
            return queryset
        known = Signature.objects.filter(pk=int(number)).values_list(self.column, flat=True).first()
        return queryset.filter(**{self.column: known}) if known else queryset.none()


class NetworkFilter(SamePlaceFilter):
    title, parameter_name, column = gettext_lazy("network"), "network_of", "network_hash"


class RangeFilter(SamePlaceFilter):
    title, parameter_name, column = gettext_lazy("neighborhood of networks"), "range_of", "network_range_hash"


class DomainFilter(SamePlaceFilter):
    title, parameter_name, column = gettext_lazy("mail domain"), "domain_of", "domain_hash"


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    """Signatures as staff may see them: the address is nowhere on these pages. Reading one leaves an audit line."""

    list_display = ["number", "listed_as", "petition", "state", "country", "created_at", "confirmed_at"]
    list_filter = ["state", PetitionFilter, CountryFilter, DayFilter, NetworkFilter, RangeFilter, DomainFilter]
    search_fields = ["pk"]
    search_help_text = gettext_lazy(
        "A whole e-mail address (nothing of it is kept), a mail domain such as people.example, or a number."
    )
    refusals = (PetitionsError,)
    change_actions = ["release", "strike", "restore", "reveal"]
    actions: Any = ["release_selected", "strike_selected"]
    list_select_related = ["petition"]
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
        "suspicion",
        "same_network",
    ]

    def get_ordering(self, request: HttpRequest) -> Any:
        """The queue of held ones begins with whoever has waited longest."""
        return ["pk"] if request.GET.get("state__exact") == State.HELD else ["-pk"]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """By the fingerprint of an address, the hash of a domain, or a number; never by what is encrypted."""
        return self._found(queryset, search_term.strip()), False

    def _found(self, queryset: QuerySet[Any], typed: str) -> QuerySet[Any]:
        if not typed:
            return queryset
        if typed.lstrip("№ ").isdecimal() and typed.isascii() | typed.startswith("№"):
            number = int(typed.lstrip("№ "))
            return queryset.filter(pk=number) if number <= LARGEST_ID else queryset.none()
        try:
            if "@" in typed.lstrip("@"):
                return queryset.filter(address_fingerprint=address_fingerprint(canonical(normalize(typed))))
            return queryset.filter(domain_hash=domain_hash(plain_domain(typed)))
        except (InvalidAddress, PetitionsError):
            return queryset.none()

    def get_urls(self) -> list[Any]:
        trend_view = self.admin_site.admin_view(require_safe(self.trend_view))
        return [path("trend/<int:petition_id>/", trend_view, name="petitions_signature_trend"), *super().get_urls()]

    def trend_view(self, request: HttpRequest, petition_id: int) -> HttpResponse:
        """The last hours of one petition: how fast, from where, how many held."""
        if not request.user.has_perm("petitions.moderate_signature"):
            raise PermissionDenied
        if petition_id > LARGEST_ID:
            raise Http404
        petition = get_object_or_404(Petition.objects.prefetch_related("texts"), pk=petition_id)
        asked = request.GET.get("hours", "")
        hours = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 3
        hours = hours if hours in TREND_HOURS else 3
        named = request.user.has_perm("petitions.reveal_signature")
        trend = trending.trend(petition, hours=hours, names_domains=named, now=timezone.now())
        if named:
            audit.record("petitions.view_trend", petition, by=self.person(request), hours=hours)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The last hours"),
            "petition": petition,
            "trend": trend,
            "hours": hours,
            "choices": sorted(TREND_HOURS),
            "tables": [
                (heading, link, [(label % row.label if row.label else _("not said"), row) for row in rows])
                for heading, label, link, rows in [
                    (_("Networks"), _("network %s"), "network_of", trend.networks),
                    (_("Neighborhoods of networks (/24, /48)"), _("neighborhood %s"), "range_of", trend.ranges),
                    (_("Mail domains"), "%s" if named else _("domain %s"), "domain_of", trend.domains),
                    (_("Countries"), "%s", "", trend.countries),
                    (_("Held because of"), "%s", "", trend.suspicions),
                ]
            ],
        }
        return TemplateResponse(request, "admin/petitions/signature/trend.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        signatures = super().get_queryset(request).select_related("petition").prefetch_related("petition__texts")
        return signatures.defer("address", "nonce", "address_fingerprint")

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, signature: Signature) -> str:
        return f"№ {signature.pk}"

    @admin.display(description=gettext_lazy("on the public list"))
    def listed_as(self, signature: Signature) -> str:
        """In a list only what the public list shows as well: before it is confirmed, no name."""
        return self.shown_as(signature) if signature.state == State.CONFIRMED else "–"

    @admin.display(description=gettext_lazy("on the public list"))
    def shown_as(self, signature: Signature) -> str:
        return signature.public_name or _("private")

    @admin.display(description=gettext_lazy("name handed over"), boolean=True)
    def handover(self, signature: Signature) -> bool:
        return signature.consent_handover_id is not None

    @admin.display(description=gettext_lazy("wants updates"), boolean=True)
    def updates(self, signature: Signature) -> bool:
        return signature.consent_updates_id is not None

    @admin.display(description=gettext_lazy("from the same place"))
    def same_network(self, signature: Signature) -> str:
        """Lists of what came from the same network, its neighborhood, or under the same mail domain."""
        url = reverse("admin:petitions_signature_changelist")
        places = [
            ("network_of", signature.network_hash, _("network")),
            ("range_of", signature.network_range_hash, _("neighborhood of networks")),
            ("domain_of", signature.domain_hash, _("mail domain")),
        ]
        links = [(url, name, signature.pk, label) for name, known, label in places if known]
        return format_html_join(" · ", '<a href="{}?{}={}">{}</a>', links) or "–"

    def next_step(self, request: HttpRequest, signature: Signature) -> str:
        said = _("Who reads this page stands in the history below. The address is not shown to anybody.")
        if signature.state == State.HELD:
            return _("It was confirmed and does not count until somebody releases it.") + " " + said
        return said

    def is_restricted(self, request: HttpRequest, obj: Signature) -> bool:
        return True

    def offers(self, request: HttpRequest, obj: Signature, name: str) -> bool:
        if name == "release":
            return obj.state == State.HELD or bool(obj.suspicion)
        if name == "restore":
            return bool(obj.state_before) and obj.invalidated_by_id is None
        return name != "reveal" or obj.forgotten_at is None

    # --- One by one ---------------------------------------------------------------------------------------------
    @step(
        gettext_lazy("Release"),
        permission="petitions.moderate_signature",
        states=[State.HELD, State.PENDING],
        tone="main",
    )
    def release(self, request: HttpRequest, signature: Signature) -> str:
        services.release_signature(signature.pk, by=self.person(request), now=timezone.now())
        return _("Released. It counts once it is confirmed.")

    @step(
        gettext_lazy("Strike out"),
        permission="petitions.moderate_signature",
        states=[State.HELD, State.PENDING, State.CONFIRMED],
        form=WhyForm,
        explains=gettext_lazy("It no longer counts. You can bring it back."),
        tone="stop",
    )
    def strike(self, request: HttpRequest, signature: Signature, reason: str) -> str:
        services.strike_signature(signature.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Struck out.")

    @step(
        gettext_lazy("Bring back"),
        permission="petitions.moderate_signature",
        states=[State.INVALIDATED],
        form=WhyForm,
    )
    def restore(self, request: HttpRequest, signature: Signature, reason: str) -> str:
        services.restore_signature(signature.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("It is again what it was before.")

    @step(
        gettext_lazy("Read the address"),
        permission="petitions.reveal_signature",
        form=WhyForm,
        explains=gettext_lazy("The history keeps that you read it, and why. It is shown once."),
        tone="halt",
    )
    def reveal(self, request: HttpRequest, signature: Signature, reason: str) -> HttpResponse:
        address = services.reveal_address(signature.pk, reason=reason, by=self.person(request), now=timezone.now())
        shown = self.step(name="reveal")
        context = {"address": address}
        return self.step_page(request, signature, shown, "admin/petitions/signature/address.html", context)

    # --- Many at once -------------------------------------------------------------------------------------------
    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("petitions.moderate_signature"))

    @admin.action(description=gettext_lazy("Release"), permissions=["moderate"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[Signature]) -> None:
        self._each(request, queryset, services.release_signature)

    @admin.action(description=gettext_lazy("Strike out"), permissions=["moderate"])
    def strike_selected(self, request: HttpRequest, queryset: QuerySet[Signature]) -> None:
        self._each(request, queryset, services.strike_signature, reason=_("Struck out from the list."))

    def _each(self, request: HttpRequest, queryset: QuerySet[Signature], act: Any, **more: Any) -> None:
        done = 0
        for pk in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                act(pk, by=self.person(request), now=timezone.now(), **more)
            except PetitionsError as exc:
                self.message_user(request, f"№ {pk}: {exc}", messages.ERROR)
            else:
                done += 1
        self.message_user(request, _("Done for %d signatures.") % done, messages.SUCCESS)
