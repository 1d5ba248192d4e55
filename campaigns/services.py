"""The life of an organization: whom the coalition vouches for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.exceptions import OrganizationRefused
from campaigns.models import Organization

State = Organization.State


def verify_organization(organization_id: int, *, by: User, now: datetime) -> Organization:
    """Make it a verified member: its name may appear and its delegates may sign. Raises OrganizationRefused."""
    from_states = {State.KNOWN, State.APPLIED, State.SUSPENDED, State.LEFT}
    return _move(organization_id, from_states, State.VERIFIED, "verify_organization", by, now)


def suspend_organization(organization_id: int, *, by: User, reason: str, now: datetime) -> Organization:
    """Take a member out for the time being: nobody signs for it; what it signed stays. Raises OrganizationRefused."""
    if not reason.strip():
        raise OrganizationRefused(_("Please write why: the organization will ask."))
    return _move(organization_id, {State.VERIFIED}, State.SUSPENDED, "suspend_organization", by, now, reason)


@transaction.atomic
def _move(
    organization_id: int, from_states: set[State], to: State, act: str, by: User, now: datetime, reason: str = ""
) -> Organization:
    organization = Organization.objects.select_for_update(of=["self"]).get(pk=organization_id)
    if organization.state not in from_states:
        raise OrganizationRefused(
            _("This organization is “%s”: that step is not possible now.") % organization.get_state_display()
        )
    was, organization.state = organization.state, to
    organization.save(update_fields=["state"])
    audit.record(f"campaigns.{act}", organization, by=by, reason=reason, now=now, was=was, state=to.value)
    return organization
