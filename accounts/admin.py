"""Users, roles, the audit and the switches, at the desk."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import audit_words, services, switches
from accounts.admin_forms import PasswordForm, UserAddForm, UserChangeForm
from accounts.exceptions import AccountsError
from accounts.models import AuditEntry, Switch, User
from accounts.stateful_admin import ReadOnlyAdmin, StatefulAdmin
from accounts.steps import step
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint

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


@admin.register(User)
class UserAdmin(StatefulAdmin):
    """Staff and delegates. Nobody changes their own roles; only superusers change superusers."""

    refusals = (AccountsError,)
    change_actions = ["set_password"]
    list_display = ["who", "roles", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email_fingerprint"]  # see get_search_results
    search_help_text = _("A whole e-mail address.")
    ordering = ["-is_staff", "pk"]
    state_field = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        try:
            fingerprint = address_fingerprint(canonical(normalize(search_term)))
        except InvalidAddress:
            return queryset.none(), False
        return queryset.filter(email_fingerprint=fingerprint), False

    @admin.display(description=_("name"))
    def who(self, user: User) -> str:
        return str(user)

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return ", ".join(["superuser"] * user.is_superuser + names) or "–"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **{"form": UserChangeForm if obj else UserAddForm, **kwargs})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        who = (None, {"fields": ["email", "name", "language", "time_zone"]})
        if obj is None:
            return [who, (_("Sign-in"), {"fields": ["password1", "password2"]}), (_("Roles"), {"fields": ["groups"]})]
        roles = ["is_staff", "is_active", "is_superuser", "groups" if self._may_give_roles(request, obj) else "roles"]
        return [who, (_("Roles"), {"fields": roles}), (_("Dates"), {"fields": ["date_joined", "last_login"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["is_superuser", "date_joined", "last_login", "roles"]
        if obj is None or self._may_give_roles(request, obj):
            return fixed
        return [*fixed, "is_staff", "is_active"]

    def _may_give_roles(self, request: HttpRequest, user: User) -> bool:
        return user.pk != request.user.pk

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def next_step(self, request: HttpRequest, user: User) -> str:
        if user.pk == request.user.pk:
            return str(_("This is you: another administrator changes your roles."))
        if not user.is_staff:
            return str(_("Signs in by e-mailed code, for an organization."))
        return ""

    def saved_with(self, obj: Any) -> list[str]:
        return ["email_fingerprint"]

    def offers(self, request: HttpRequest, user: User, name: str) -> bool:
        return user.is_staff and (request.user.is_superuser or not user.is_superuser)

    @step(
        _("Set a new password"),
        permission="accounts.change_user",
        form=PasswordForm,
        explains=_("Tell it to the person by telephone or face to face. They change it after signing in."),
    )
    def set_password(self, request: HttpRequest, user: User, password: str) -> str:
        services.set_password(user.pk, password=password, by=self.person(request), now=timezone.now())
        return str(_("The new password is set."))


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin, GroupAdmin):
    """The roles, as accounts.roles declares them after every migration."""

    list_display = ["name", "members"]
    fields = ["name", "members", "may"]
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).prefetch_related("user_set", "permissions")

    @admin.display(description=_("members"))
    def members(self, group: Group) -> str:
        return ", ".join(str(user) for user in group.user_set.all()) or "–"

    @admin.display(description=_("may do"))
    def may(self, group: Group) -> str:
        return "; ".join(sorted(permission.name for permission in group.permissions.all())) or "–"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What staff and delegates did, newest first."""

    list_display = ["at", "by", "words", "to_what", "reason"]
    list_filter = ["at", "act", "object_type", ("by", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["by"]
    fields = ["at", "by", "words", "to_what", "reason", "details_shown"]
    ordering = ["-pk"]

    @admin.display(description=_("what"), ordering="act")
    def words(self, entry: AuditEntry) -> str:
        return audit_words.act_in_words(entry.act)

    @admin.display(description=_("to what"))
    def to_what(self, entry: AuditEntry) -> str:
        label = f"{entry.object_type.rpartition('.')[2]} {entry.object_id}"
        try:
            url = reverse(f"admin:{entry.object_type.replace('.', '_')}_change", args=[entry.object_id])
        except NoReverseMatch:
            return label
        return format_html('<a href="{}">{}</a>', url, label)

    @admin.display(description=_("details"))
    def details_shown(self, entry: AuditEntry) -> str:
        return audit_words.details_in_words(entry.details) or "–"

    def history_of(self, obj: Any) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.none()


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
