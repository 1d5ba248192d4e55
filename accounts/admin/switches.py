"""The switches of the site, at the desk."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import audit_words, switches
from accounts.models import AuditEntry, Switch
from accounts.stateful_admin import ReadOnlyAdmin

SWITCH_EFFECTS = {
    Switch.Key.DEMONSTRATION: _(
        "Every page, mail and letter says that what it shows is invented. "
        "Loading and removing the demonstration turns it."
    ),
    Switch.Key.PAUSE_SIGNING: _("No petition takes signatures; confirming earlier ones still works."),
    Switch.Key.PAUSE_SENDING: _(
        "No mail leaves, letters included. Everything waits and goes out when you turn it off."
    ),
}
TURNED_BY_STAFF = [Switch.Key.PAUSE_SIGNING, Switch.Key.PAUSE_SENDING]


@admin.register(Switch)
class SwitchAdmin(ReadOnlyAdmin):
    """One page with every switch, what it does, and a button with a reason."""

    def get_urls(self) -> list[Any]:
        turn = require_POST(self.admin_site.admin_view(self.turn_view))
        return [path("<slug:key>/turn/", turn, name="accounts_switch_turn"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            return redirect("admin:index")
        rows = {row.key: row for row in Switch.objects.all()}
        may_turn = request.user.has_perm("accounts.change_switch")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Switches"),
            "switches": [
                {
                    "key": key.value,
                    "label": key.label,
                    "effect": SWITCH_EFFECTS[key],
                    "is_on": key in rows and rows[key].is_on,
                    "changed_at": rows[key].changed_at if key in rows else None,
                    "may_turn": may_turn and key in TURNED_BY_STAFF,
                }
                for key in Switch.Key
            ],
            "history": [
                audit_words.line(entry)
                for entry in AuditEntry.objects.filter(object_type="accounts.switch").select_related("by")[:20]
            ],
        }
        return TemplateResponse(request, "admin/accounts/switch/change_list.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:accounts_switch_changelist")

    def turn_view(self, request: HttpRequest, key: str) -> HttpResponse:
        if key not in Switch.Key.values:
            raise Http404
        switch = Switch.Key(key)
        if switch not in TURNED_BY_STAFF or not request.user.has_perm("accounts.change_switch"):
            self.message_user(request, _("You cannot turn this switch."), messages.ERROR)
            return redirect(
                "admin:index" if not self.has_view_permission(request) else "admin:accounts_switch_changelist"
            )
        on = request.POST.get("on") == "1"
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
        switches.turn(switch, on, by=self.person(request), now=timezone.now(), reason=reason)
        said = _("“%s” is on.") if on else _("“%s” is off.")
        self.message_user(request, said % switch.label, messages.SUCCESS)
        return redirect("admin:accounts_switch_changelist")
