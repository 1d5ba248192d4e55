"""Users and roles, at the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.forms import UserAddForm, UserChangeForm
from accounts.models import StaffLink, User
from accounts.stateful_admin import ReadOnlyAdmin, StatefulAdmin
from accounts.steps import ConfirmForm, ReasonForm, step
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint


@admin.register(User)
class UserAdmin(StatefulAdmin):
    """Staff and delegates. Nobody changes their own roles; only superusers change superusers.

    Nobody types a password for somebody else: a new person is invited, and sets their own.
    """

    change_actions = [
        "send_invitation_again",
        "revoke_invitation",
        "send_password_link",
        "reset_second_factor",
        "end_sessions",
    ]
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
            return [who, (_("Roles"), {"fields": ["groups"]})]
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

    def is_restricted(self, request: HttpRequest, obj: User) -> bool:
        return obj.pk != request.user.pk

    def next_step(self, request: HttpRequest, user: User) -> str:
        if user.pk == request.user.pk:
            return str(_("This is you: another administrator changes your roles."))
        if not user.is_staff:
            return str(_("Signs in by e-mailed code or passkey, for an organization."))
        if not user.is_active:
            return str(_("May not come in."))
        if not user.has_usable_password():
            return self._invitation_in_words(user)
        if not services.has_second_factor(user):
            return str(_("Has no second factor yet; sets one up at the next sign-in where it is required."))
        return ""

    def _invitation_in_words(self, user: User) -> str:
        link = user.staff_links.filter(kind=StaffLink.Kind.INVITATION).order_by("-pk").first()
        if link is None or link.revoked_at:
            return str(_("The invitation was taken back. Send it again, or untick “active”."))
        if not link.is_open(timezone.now()):
            return str(_("The invitation was not accepted in time. Send it again."))
        until = date_format(timezone.localtime(link.expires_at), "SHORT_DATETIME_FORMAT")
        return _("Invited; the link in the mail works until %s.") % until

    # --- Saving -------------------------------------------------------------------------------------------------
    def saved_with(self, obj: Any) -> list[str]:
        return ["email_fingerprint"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new person is invited; what a change takes away ends at once."""
        now, data = timezone.now(), form.cleaned_data
        if not change:
            held = {name: data[name] for name in ("name", "language", "time_zone", "groups")}
            obj.pk = services.invite_staff(data["email"], **held, by=self.person(request), now=now).pk
            return
        earlier = User.objects.get(pk=obj.pk).email
        super().save_model(request, obj, form, change)
        services.follow_changes(obj, form.changed_data, earlier_address=earlier, now=now)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change:  # the invitation has set the roles
            super().save_related(request, form, formsets, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The invitation has written its own line."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self.done(request, obj, str(_("The invitation is on its way.")))

    # --- Steps --------------------------------------------------------------------------------------------------
    def offers(self, request: HttpRequest, user: User, name: str) -> bool:
        if not user.is_staff or not user.is_active or (user.is_superuser and not request.user.is_superuser):
            return False
        invited = not user.has_usable_password()
        if name == "send_invitation_again":
            return invited
        if name == "revoke_invitation":
            return invited and user.staff_links.open().filter(kind=StaffLink.Kind.INVITATION).exists()
        if name == "reset_second_factor":
            return user.pk != request.user.pk and services.has_second_factor(user)
        return not invited

    @step(_("Send the invitation again"), permission="accounts.change_user", tone="main")
    def send_invitation_again(self, request: HttpRequest, user: User) -> str:
        services.send_invitation_again(user.pk, by=self.person(request), now=timezone.now())
        return str(_("A new invitation is on its way. The link in the earlier mail does not work any more."))

    @step(_("Take the invitation back"), permission="accounts.change_user", tone="stop")
    def revoke_invitation(self, request: HttpRequest, user: User) -> str:
        services.revoke_invitation(user.pk, by=self.person(request), now=timezone.now())
        return str(_("The invitation is taken back: its link does not work any more."))

    @step(
        _("Send a link to set a new password"),
        permission="accounts.change_user",
        form=ConfirmForm,
        explains=_(
            "The person gets a mail with a link that works once, for two hours. The old password holds until then, and "
            "the second factor stays."
        ),
        button=_("Send the link"),
    )
    def send_password_link(self, request: HttpRequest, user: User) -> str:
        services.send_password_link(user.pk, by=self.person(request), now=timezone.now())
        return str(_("The link is on its way."))

    @step(
        _("Reset the second factor"),
        permission="accounts.change_user",
        form=ReasonForm,
        explains=_(
            "For somebody who has lost telephone, passkeys and recovery codes. Make sure, by a call to a number you "
            "know, that it is this person who asks. All sessions end, and the person gets a mail."
        ),
        tone="stop",
    )
    def reset_second_factor(self, request: HttpRequest, user: User, reason: str) -> str:
        services.reset_second_factor(user.pk, by=self.person(request), reason=reason, now=timezone.now())
        return str(_("The second factor is reset. The person sets up a new one at the next sign-in."))

    @step(_("End all sessions"), permission="accounts.change_user", tone="stop")
    def end_sessions(self, request: HttpRequest, user: User) -> str:
        services.sign_out_everywhere(user.pk, by=self.person(request), now=timezone.now())
        return str(_("Every session of this person has ended."))


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
