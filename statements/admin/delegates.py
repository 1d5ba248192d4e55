"""The page of an organization, with what statements add to it: inviting delegates, and the texts it signed."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.steps import step
from campaigns.admin import OrganizationAdmin
from campaigns.exceptions import CampaignsError
from campaigns.models import Organization
from statements import services
from statements.admin_forms import DelegateInvitationForm
from statements.exceptions import StatementsError

admin.site.unregister(Organization)


@admin.register(Organization)
class InvitingOrganizationAdmin(OrganizationAdmin):
    refusals = (CampaignsError, StatementsError)
    change_actions = ["verify", "invite_delegate", "suspend"]

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
