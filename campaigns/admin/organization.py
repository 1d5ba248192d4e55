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
from accounts.steps import ReasonForm, WhyForm, step
from campaigns import domains, png, services
from campaigns.admin_forms import DelegateForm, WordedForm
from campaigns.exceptions import CampaignsError
from campaigns.forms import LogoForm
from campaigns.models import (
    Delegate,
    DelegateRequest,
    MembershipApplication,
    Organization,
    OrganizationLogo,
    OrganizationName,
    Topic,
)

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
    State.REFUSED: gettext_lazy("Not admitted. Whoever applied was told why; it can apply again."),
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
    change_actions = ["verify", "refuse_application", "set_logo", "remove_logo", "suspend", "leave"]
    inlines = [NameInline]
    readonly_fields = ["is_fictional", "created_at"]
    list_display = ["name", "state", "country", "type", "ecosoc_status"]
    list_filter = ["state", "type", "ecosoc_status"]
    search_fields = ["name", "short_name", "slug", "names__name"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "slug", "country", "type", "website", "ecosoc_status"]}),
        (gettext_lazy("Membership"), {"fields": ["parent", "is_hidden"]}),
        (gettext_lazy("Record"), {"fields": ["created_at", "is_fictional"]}),
    ]

    def public_url(self, organization: Organization) -> str:
        if not organization.is_public:
            return ""
        return reverse("pages:organization", args=[organization.slug])

    def next_step(self, request: HttpRequest, organization: Organization) -> str:
        return str(NEXT_STEPS[State(organization.state)])

    def panels(self, request: HttpRequest, organization: Organization) -> dict[str, Any]:
        context: dict[str, Any] = {"logo": OrganizationLogo.objects.filter(organization=organization).first()}
        if request.user.has_perm("campaigns.view_membershipapplication"):
            context["application"] = application = MembershipApplication.objects.filter(
                organization=organization
            ).first()
            if application and application.address:
                context["address_in_words"] = domains.in_words(application.address, organization.website)
        if request.user.has_perm("campaigns.view_delegate"):
            today = timezone.localdate()
            context["delegates"] = [
                {
                    "row": row,
                    "is_valid": row.is_valid(today),
                    "domain": domains.in_words(row.user.email, organization.website),
                    "fits": domains.belongs_to(row.user.email, organization.website),
                }
                for row in organization.delegates.select_related("user", "organization").order_by("pk")
            ]
            context["requests"] = organization.delegate_requests.filter(
                state=DelegateRequest.State.WAITING
            ).select_related("asked_by", "replaces__user")
        return context

    def is_restricted(self, request: HttpRequest, obj: Organization) -> bool:
        """The contact of an application stands on the page."""
        if not request.user.has_perm("campaigns.view_membershipapplication"):
            return False
        return MembershipApplication.objects.filter(organization=obj).exclude(language="").exists()

    def offers(self, request: HttpRequest, organization: Organization, name: str) -> bool:
        if name == "remove_logo":
            return OrganizationLogo.objects.filter(organization=organization).exists()
        return True

    @step(
        gettext_lazy("Verify"),
        permission="campaigns.change_organization",
        states=[State.APPLIED, State.KNOWN, State.SUSPENDED, State.LEFT, State.REFUSED],
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

    @step(
        gettext_lazy("Do not admit"),
        permission="campaigns.change_organization",
        states=[State.APPLIED],
        form=ReasonForm,
        explains=gettext_lazy("Whoever applied gets a mail with the reason. The name has appeared nowhere."),
        tone="stop",
    )
    def refuse_application(self, request: HttpRequest, organization: Organization, reason: str) -> str:
        services.refuse_organization(organization.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Not admitted.")

    @step(
        gettext_lazy("It has left"),
        permission="campaigns.change_organization",
        states=[State.VERIFIED, State.SUSPENDED],
        form=ReasonForm,
        explains=gettext_lazy("Nobody signs for it any more, and it is listed no longer. What it signed before stays."),
        tone="stop",
    )
    def leave(self, request: HttpRequest, organization: Organization, reason: str) -> str:
        services.leave_organization(organization.pk, reason=reason, by=self.person(request), now=timezone.now())
        return _("Noted: it is no longer a member.")

    @step(
        gettext_lazy("Logo"),
        permission="campaigns.change_organization",
        has_page=True,
        explains=gettext_lazy("Shown beside the name only when the organization agreed."),
        button=gettext_lazy("Keep the logo"),
    )
    def set_logo(self, request: HttpRequest, organization: Organization) -> Any:
        form = LogoForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            try:
                services.set_logo(
                    organization.pk,
                    said["file"].read(png.MAX_BYTES + 1),
                    is_shown=said["is_shown"],
                    consent=said["consent"],
                    by=self.person(request),
                    now=timezone.now(),
                )
            except CampaignsError as exc:
                form.add_error("file", str(exc))
            else:
                return _("The logo is kept.")
        context = {"form": form, "has_files": True}
        step = self.step("set_logo")
        status = 422 if form.is_bound else 200
        return self.step_page(request, organization, step, "admin/step_form.html", context, status=status)

    @step(gettext_lazy("Delete the logo"), permission="campaigns.change_organization", form=WhyForm, tone="stop")
    def remove_logo(self, request: HttpRequest, organization: Organization, reason: str) -> str:
        services.remove_logo(organization.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("The logo is deleted.")


@admin.register(Topic)
class TopicAdmin(StatefulAdmin):
    """What standing authorities name."""

    form = WordedForm
    fields = ["slug", "name", "translations"]
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    state_field = ""


@admin.register(Delegate)
class DelegateAdmin(StatefulAdmin):
    """Delegates come by invitation, from the page of their organization."""

    form = DelegateForm
    refusals: tuple[type[Exception], ...] = (CampaignsError,)
    change_actions = ["end"]
    fields = [
        "user",
        "organization",
        "title",
        "mandate",
        "may_sign",
        "valid_until",
        "invited_by",
        "invited_at",
        "vouched_at",
    ]
    readonly_fields = ["user", "organization", "invited_by", "invited_at", "vouched_at"]
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

    def offers(self, request: HttpRequest, delegate: Delegate, name: str) -> bool:
        return delegate.is_valid(timezone.localdate())

    @step(
        gettext_lazy("End the mandate"),
        permission="campaigns.change_delegate",
        form=WhyForm,
        explains=gettext_lazy("From now on this person cannot act for the organization. What was signed stays."),
        tone="stop",
    )
    def end(self, request: HttpRequest, delegate: Delegate, reason: str) -> str:
        services.end_delegation(delegate.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("The mandate has ended.")
