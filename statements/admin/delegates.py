"""The page of an organization, with what statements add to it: inviting delegates, and the texts it signed."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.steps import step
from campaigns import services as campaigns
from campaigns.admin import OrganizationAdmin
from campaigns.exceptions import CampaignsError, DelegateRefused
from campaigns.models import DelegateRequest, Organization
from statements import services
from statements.admin_forms import AcceptRequestForm, DelegateInvitationForm, RefuseRequestForm
from statements.exceptions import StatementsError

admin.site.unregister(Organization)


@admin.register(Organization)
class InvitingOrganizationAdmin(OrganizationAdmin):
    refusals = (CampaignsError, StatementsError)
    change_actions = [
        "verify",
        "refuse_application",
        "invite_delegate",
        "accept_request",
        "refuse_request",
        "set_logo",
        "remove_logo",
        "suspend",
        "leave",
    ]

    def panels(self, request: HttpRequest, organization: Organization) -> dict[str, Any]:
        context = super().panels(request, organization)
        if request.user.has_perm("statements.view_cosignature"):
            signed = organization.cosignatures.select_related("statement", "version").defer("signer_name")
            context["signed_texts"] = signed.prefetch_related("statement__versions__translations").order_by(
                "-signed_at"
            )
        return context

    @step(
        gettext_lazy("Invite a delegate"),
        permission="campaigns.invite_delegate",
        states=[Organization.State.VERIFIED],
        form=DelegateInvitationForm,
        explains=gettext_lazy(
            "The person gets a mail and signs in by a code, without a password. "
            "Inviting somebody again changes title and mandate."
        ),
        button=gettext_lazy("Invite"),
        tone="main",
    )
    def invite_delegate(
        self,
        request: HttpRequest,
        organization: Organization,
        name: str,
        address: str,
        title: str,
        mandate: str,
        language: str,
        may_sign: bool,
        valid_until: date | None,
    ) -> str:
        services.invite_delegate(
            organization,
            address=address,
            name=name,
            title=title,
            mandate=mandate,
            language=language,
            may_sign=may_sign,
            valid_until=valid_until,
            by=self.person(request),
            now=timezone.now(),
        )
        return _("%s is invited.") % name

    def offers(self, request: HttpRequest, organization: Organization, name: str) -> bool:
        if name in {"accept_request", "refuse_request"}:
            return organization.delegate_requests.filter(state=DelegateRequest.State.WAITING).exists()
        return super().offers(request, organization, name)

    def step_initial(self, request: HttpRequest, obj: Any, name: str) -> dict[str, Any]:
        if name in {"accept_request", "refuse_request"}:
            return {
                "asked": obj.delegate_requests.filter(state=DelegateRequest.State.WAITING)
                .values_list("pk", flat=True)
                .first()
            }
        return super().step_initial(request, obj, name)

    @step(
        gettext_lazy("Let the colleague in"),
        permission="campaigns.invite_delegate",
        states=[Organization.State.VERIFIED],
        form=AcceptRequestForm,
        explains=gettext_lazy(
            "The oldest request that waits. The person gets a mail and signs in by a code; whoever is replaced cannot "
            "act any more."
        ),
        tone="main",
    )
    def accept_request(
        self, request: HttpRequest, organization: Organization, valid_until: date | None, asked: int
    ) -> str:
        row = self._request(organization, asked)
        services.accept_delegate_request(row.pk, valid_until=valid_until, by=self.person(request), now=timezone.now())
        return _("The colleague is invited.")

    @step(
        gettext_lazy("Refuse the colleague"),
        permission="campaigns.invite_delegate",
        states=[Organization.State.VERIFIED],
        form=RefuseRequestForm,
        explains=gettext_lazy("The oldest request that waits. Tell whoever asked."),
        tone="stop",
    )
    def refuse_request(self, request: HttpRequest, organization: Organization, reason: str, asked: int) -> str:
        row = self._request(organization, asked)
        campaigns.refuse_delegate_request(row.pk, by=self.person(request), reason=reason, now=timezone.now())
        return _("Refused.")

    def _request(self, organization: Organization, number: int) -> DelegateRequest:
        """The request of this organization; a forged number is refused as one that was decided."""
        row = organization.delegate_requests.filter(pk=number).first()
        if row is None:
            raise DelegateRefused(_("A colleague has decided this request already."))
        return row
