"""Sessions of bodies, entered by staff, and the deadlines that follow."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import StatefulAdmin
from letters.deadlines import deadline_of, deadlines
from letters.models import Route, Session
from letters.route_forms import SessionForm


@admin.register(Session)
class SessionAdmin(StatefulAdmin):
    form = SessionForm
    list_display = ["__str__", "body", "kind", "starts_on", "ends_on", "next_deadline", "is_public"]
    list_filter = ["kind", "is_public"]
    search_fields = ["name", "body"]
    readonly_fields = ["is_fictional"]
    fieldsets = [
        (None, {"fields": ["body", "name", "names", "kind", ("starts_on", "ends_on")]}),
        (gettext_lazy("Deadlines"), {"fields": ["routes", "deadline_at", "time_zone", "source_url"]}),
        (gettext_lazy("Record"), {"fields": ["is_public", "is_fictional"]}),
    ]
    state_field = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).prefetch_related("routes__rules")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "routes":
            kwargs["queryset"] = Route.objects.in_use()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("deadline"))
    def next_deadline(self, session: Session) -> Any:
        ahead = [row for row in deadlines([session]) if row.at and row.at >= timezone.now()]
        return ahead[0].at if ahead else None

    def next_step(self, request: HttpRequest, session: Session) -> str:
        if not session.routes.all():
            return _("Choose the routes that lead to this session: their deadlines are then reckoned.")
        return ""

    def public_url(self, session: Session) -> str:
        return reverse("pages:calendar") if session.is_public else ""

    def panels(self, request: HttpRequest, session: Session) -> dict[str, Any]:
        found = [deadline_of(session, route) for route in session.routes.all()]
        return {"deadlines": [row for row in found if row]}
