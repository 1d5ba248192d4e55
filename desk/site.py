"""The desk: Django's admin in the look of the house, its start page saying what waits."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import SignInForm
from desk import queues

# The rooms in the order of the work, under the names that staff use.
ROOMS = {
    "statements": _("Statements"),
    "petitions": _("Petitions"),
    "letters": _("Letters"),
    "campaigns": _("Campaigns and organizations"),
    "outbox": _("Outgoing mail"),
    "accounts": _("People, history, switches"),
    "auth": _("Roles"),
}


class DeskSite(AdminSite):
    site_title = _("Outcry desk")
    site_header = _("Outcry desk")
    index_title = _("What waits")
    login_form = SignInForm

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits, oldest first, and the ways to begin something."""
        now = timezone.now()
        context = queues.start_page(request.user, now) | (extra_context or {})
        return super().index(request, context)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        order = list(ROOMS)
        for app in apps:
            app["name"] = ROOMS.get(app["app_label"], app["name"])
        return sorted(apps, key=lambda app: order.index(app["app_label"]) if app["app_label"] in order else len(order))
