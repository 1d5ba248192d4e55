"""Organizations, their names and delegates."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stateful_admin import LanguageInline, StatefulAdmin
from accounts.steps import ReasonForm, step
from campaigns import services
from campaigns.admin_forms import DelegateForm
from campaigns.exceptions import CampaignsError
from campaigns.models import Delegate, Organization, OrganizationName

State = Organization.State
NEXT_STEPS = {
    State.KNOWN: gettext_lazy(
        "Named under texts that were published elsewhere; it is no member and signs nothing here."
    ),
    State.APPLIED: gettext_lazy(
        "Wants to join. Look at its website and write to its published address; then verify it. "
        "Until then nobody sees it."
    ),
    State.VERIFIED: gettext_lazy("A member: its delegates may sign, and its name may appear."),
    State.SUSPENDED: gettext_lazy("Suspended: nobody signs for it. What it signed before stays."),
    State.LEFT: gettext_lazy("No longer a member."),
}


class NameInline(LanguageInline):
    model = OrganizationName
    parent_link = "organization"
    verbose_name = gettext_lazy("name")
    verbose_name_plural = gettext_lazy("names in other languages")

    def missing_languages(self, obj: Any) -> list[str]:
        return [code for code in super().missing_languages(obj) if code != "en"]  # English stands above


@admin.register(Organization)
class OrganizationAdmin(StatefulAdmin):
    refusals: tuple[type[Exception], ...] = (CampaignsError,)
    change_actions = ["verify", "suspend"]
    inlines = [NameInline]
    readonly_fields = ["is_fictional", "created_at"]
    list_display = ["name", "state", "country", "type", "ecosoc_status"]
    list_filter = ["state", "type", "ecosoc_status"]
    search_fields = ["name", "short_name", "slug", "names__name"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "slug", "country", "type", "website", "ecosoc_status"]}),
        (gettext_lazy("Record"), {"fields": ["created_at", "is_fictional"]}),
    ]

    def public_url(self, organization: Organization) -> str:
        if organization.state not in {State.KNOWN, State.VERIFIED}:
            return ""
        return reverse("pages:organization", args=[organization.slug])

    def next_step(self, request: HttpRequest, organization: Organization) -> str:
        return str(NEXT_STEPS[State(organization.state)])

    def panels(self, request: HttpRequest, organization: Organization) -> dict[str, Any]:
        if not request.user.has_perm("campaigns.view_delegate"):
            return {}
        today = timezone.localdate()
        return {
            "delegates": [
                {"row": row, "is_valid": row.is_valid(today)}
                for row in organization.delegates.select_related("user", "organization").order_by("pk")
            ]
        }

    @step(
        gettext_lazy("Verify"),
        permission="campaigns.change_organization",
        states=[State.APPLIED, State.KNOWN, State.SUSPENDED, State.LEFT],
        tone="main",
    )
    def verify(self, request: HttpRequest, organization: Organization) -> str:
        services.verify_organization(organization.pk, by=self.person(request), now=timezone.now())
        return _("Verified. Now invite its delegates.")

    @step(
        gettext_lazy("Suspend"),
        permission="campaigns.change_organization",
        states=[State.VERIFIED],
        form=ReasonForm,
        explains=gettext_lazy("Nobody can sign for it until you verify it again. What it signed before stays."),
        tone="stop",
    )
    def suspend(self, request: HttpRequest, organization: Organization, reason: str) -> str:
        services.suspend_organization(organization.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Suspended.")


@admin.register(Delegate)
class DelegateAdmin(StatefulAdmin):
    """Delegates come by invitation, from the page of their organization."""

    form = DelegateForm
    fields = ["user", "organization", "title", "mandate", "may_sign", "valid_until", "invited_by", "invited_at"]
    readonly_fields = ["user", "organization", "invited_by", "invited_at"]
    list_display = ["user", "organization", "may_sign", "valid_until", "invited_at"]
    list_filter = ["may_sign", "organization__state"]
    list_select_related = ["user", "organization"]
    search_fields = ["organization__name", "title"]
    state_field = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegate]:
        return super().get_queryset(request).select_related("user", "organization", "invited_by")

    def is_restricted(self, request: HttpRequest, obj: Delegate) -> bool:
        return True

    def next_step(self, request: HttpRequest, delegate: Delegate) -> str:
        if delegate.is_valid(timezone.localdate()):
            return _("May sign for the organization.") if delegate.may_sign else _("May read, but not sign.")
        return _("Cannot act now: the mandate has ended, or the person or the organization is not active.")
