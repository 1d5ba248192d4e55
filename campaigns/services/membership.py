"""The life of an organization: whom the coalition vouches for."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.exceptions import OrganizationRefused
from campaigns.models import MembershipApplication, Organization
from campaigns.services.mails import write_notice

State = Organization.State


def verify_organization(organization_id: int, *, by: User, now: datetime) -> Organization:
    """Make it a verified member: its name may appear and its delegates may sign. Raises OrganizationRefused."""
    from_states = {State.KNOWN, State.APPLIED, State.SUSPENDED, State.LEFT, State.REFUSED}
    return _move(organization_id, from_states, State.VERIFIED, "verify_organization", by, now)


def refuse_organization(organization_id: int, *, by: User, reason: str, now: datetime) -> Organization:
    """Answer an application with no; the reason goes to whoever applied. Raises OrganizationRefused."""
    return _move(organization_id, {State.APPLIED}, State.REFUSED, "refuse_organization", by, now, _required(reason))


def suspend_organization(organization_id: int, *, by: User, reason: str, now: datetime) -> Organization:
    """Take a member out for the time being: nobody signs for it; what it signed stays. Raises OrganizationRefused."""
    return _move(organization_id, {State.VERIFIED}, State.SUSPENDED, "suspend_organization", by, now, _required(reason))


def leave_organization(organization_id: int, *, by: User, reason: str, now: datetime) -> Organization:
    """Note that a member has left: nobody signs for it any more; what it signed stays. Raises OrganizationRefused."""
    from_states = {State.VERIFIED, State.SUSPENDED}
    return _move(organization_id, from_states, State.LEFT, "leave_organization", by, now, _required(reason))


def _required(reason: str) -> str:
    if not reason.strip():
        raise OrganizationRefused(_("Please write why: the organization will ask."))
    return reason


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
    if to in {State.VERIFIED, State.REFUSED}:
        _decide_application(organization, accepted=to == State.VERIFIED, reason=reason, now=now)
    return organization


def _decide_application(organization: Organization, *, accepted: bool, reason: str, now: datetime) -> None:
    """Close the application that waits for this decision, and tell whoever wrote it."""
    states = MembershipApplication.State
    waiting = MembershipApplication.objects.filter(organization=organization, state=states.CONFIRMED)
    for application in waiting.select_for_update(of=["self"]):
        application.state = states.ACCEPTED if accepted else states.REFUSED
        application.decided_at = now
        application.save(update_fields=["state", "decided_at"])
        with translation.override(application.language):
            if accepted:
                subject = _("%s is a member of the coalition") % organization.name
                lines = [
                    _("%s is a verified member now. Thank you for joining.") % organization.name,
                    _("Next we invite the people who may sign for it; each gets a mail of their own."),
                ]
            else:
                subject = _("About the application of %s") % organization.name
                lines = [
                    _("We cannot admit %s to the coalition now.") % organization.name,
                    reason,
                    _("If something has changed, you are welcome to apply again."),
                ]
        write_notice(
            application.address,
            subject=subject,
            lines=lines,
            language=application.language,
            key=f"application-decided:{application.pk}:{application.state}",
            why=_why_applied(application.language),
            now=now,
        )


def _why_applied(language: str) -> str:
    with translation.override(language):
        return _("You get this mail because you applied for membership with this address.")
