"""Users and roles, at the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.exceptions import AccountsError
from accounts.forms import PasswordForm, UserAddForm, UserChangeForm
from accounts.models import User
from accounts.stateful_admin import ReadOnlyAdmin, StatefulAdmin
from accounts.steps import step
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint


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
