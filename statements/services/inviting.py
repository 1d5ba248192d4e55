"""Inviting delegates to act for an organization, and organizations to sign a text."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate, DelegateRequest, Organization
from campaigns.services.delegating import end_delegation, settle_request
from outbox.kinds import Kind, register
from outbox.services import queue_email
from privacy.addresses import InvalidAddress
from statements.exceptions import StatementsError, TransitionRefused
from statements.models import Invitation, Statement

MAIL = Kind("statements.invitation", may_repeat=True)
register(MAIL)


@transaction.atomic
def invite_delegate(
    organization: Organization,
    *,
    address: str,
    name: str,
    title: str,
    mandate: str,
    language: str,
    may_sign: bool = True,
    valid_until: date | None = None,
    by: User,
    now: datetime,
) -> Delegate:
    """Make a delegate of a person, with a user that signs in by e-mailed code, and write to them.

    Asking again for the same person updates title and mandate. Raises StatementsError for staff
    addresses and organizations that are not verified.
    """
    if organization.state != Organization.State.VERIFIED:
        raise StatementsError(_("Verify the organization before you invite its delegates."))
    try:
        user = User.objects.get_by_natural_key(address)
    except User.DoesNotExist:
        try:
            user = User.objects.create_user(address, name=name, language=language)
        except InvalidAddress as exc:
            raise StatementsError(_("This does not look like an e-mail address.")) from exc
    if user.is_staff:
        raise StatementsError(_("This address belongs to a member of staff, who cannot sign for an organization."))
    delegate, _created = Delegate.objects.update_or_create(
        user=user,
        organization=organization,
        defaults={
            "title": title,
            "mandate": mandate,
            "may_sign": may_sign,
            "valid_until": valid_until,
            "invited_by": by,
            "invited_at": now,
        },
    )
    audit.record(
        "statements.invite_delegate", delegate, by=by, now=now, organization=organization.pk, may_sign=may_sign
    )
    with translation.override(user.language):
        context = {
            "name": user.name,
            "organization": organization.name_in(user.language),
            "home_url": settings.SITE_URL + reverse("statements:delegate-home"),
            "address": user.email,
        }
    queue_email(
        MAIL.name,
        to=user.email,
        template="statements/email/delegate",
        context=context,
        language=user.language,
        key=f"delegate:{delegate.pk}:{now.isoformat()}",
        now=now,
    )
    return delegate


@transaction.atomic
def accept_delegate_request(request_id: int, *, valid_until: date | None = None, by: User, now: datetime) -> Delegate:
    """Let the colleague in whom a delegate named, and end the mandate of the one who is replaced.

    Raises DelegateRefused or StatementsError.
    """
    request = settle_request(request_id, DelegateRequest.State.ACCEPTED, by=by, now=now)
    delegate = invite_delegate(
        request.organization,
        address=request.address,
        name=request.name,
        title=request.title,
        mandate=request.mandate,
        language=request.language,
        may_sign=request.may_sign,
        valid_until=valid_until,
        by=by,
        now=now,
    )
    replaced = request.replaces
    if replaced and replaced.pk != delegate.pk and replaced.is_valid(timezone.localdate(now)):
        end_delegation(replaced.pk, by=by, reason="", now=now)
    return delegate


@transaction.atomic
def invite_organizations(
    statement_id: int, organizations: Iterable[Organization], *, by: User, now: datetime
) -> list[Invitation]:
    """Write a ledger line and mail the signing delegates of organizations not yet invited; returns the new lines.

    Raises TransitionRefused unless the statement is open for co-signing.
    """
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if not statement.accepts_cosignatures(now):
        raise TransitionRefused(_("Open the statement for co-signing before you invite."))
    new = []
    for organization in organizations:
        if organization.state != Organization.State.VERIFIED:
            raise TransitionRefused(_("%s is not a verified member and cannot be invited.") % organization.name)
        invitation, created = Invitation.objects.get_or_create(
            statement=statement, organization=organization, defaults={"invited_at": now, "invited_by": by}
        )
        if not created:
            continue
        new.append(invitation)
        signers = Delegate.objects.active(timezone.localdate(now)).filter(organization=organization, may_sign=True)
        for delegate in signers.select_related("user"):
            _write_to(delegate, statement, invitation, now)
    audit.record("statements.invite_organizations", statement, by=by, now=now, invitations=[row.pk for row in new])
    return new


def cosign_url(statement: Statement, language: str) -> str:
    """The full address of the co-sign page, as mails carry it; it asks everybody to sign in."""
    with translation.override(language):
        return settings.SITE_URL + reverse("statements:cosign", args=[statement.slug])


def _write_to(delegate: Delegate, statement: Statement, invitation: Invitation, now: datetime) -> None:
    user = delegate.user
    version = statement.signable_version
    with translation.override(user.language):
        context = {
            "name": user.name,
            "organization": delegate.organization.name_in(user.language),
            "title": str(statement),
            "cosign_url": cosign_url(statement, user.language),
            "deadline": statement.deadline.astimezone(ZoneInfo(statement.time_zone)) if statement.deadline else None,
            "time_zone": statement.time_zone,
            "digest": version.digest if version else "",
        }
    queue_email(
        MAIL.name,
        to=user.email,
        template="statements/email/invitation",
        context=context,
        language=user.language,
        key=f"invitation:{invitation.pk}:{delegate.pk}",
        about=f"statement:{statement.pk}",
        now=now,
    )
