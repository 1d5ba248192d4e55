"""Delegates who leave, and colleagues whom a delegate asks staff to let in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.exceptions import DelegateRefused
from campaigns.models import Delegate, DelegateRequest
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint

MAX_WAITING = 5  # requests of one organization that nobody has decided yet


@transaction.atomic
def ask_for_delegate(
    delegation: Delegate,
    *,
    name: str,
    address: str,
    title: str,
    mandate: str,
    may_sign: bool,
    replaces: Delegate | None,
    language: str,
    now: datetime,
) -> DelegateRequest:
    """Ask staff to let a colleague in, in place of `replaces` or beside. Nobody is let in by this.

    Raises DelegateRefused when the mandate has ended, or too many requests wait.
    """
    if not delegation.is_valid(timezone.localdate(now)):
        raise DelegateRefused(_("Your mandate has ended. Please write to us, so that your organization can renew it."))
    if replaces and replaces.organization_id != delegation.organization_id:
        raise DelegateRefused(_("This person is no delegate of your organization."))
    requests = DelegateRequest.objects.filter(organization=delegation.organization, state=DelegateRequest.State.WAITING)
    person = address_fingerprint(canonical(address))
    if same := requests.filter(address_fingerprint=person).first():
        return same
    if requests.count() >= MAX_WAITING:
        raise DelegateRefused(
            _("Several requests of your organization wait already. Please let us decide these first.")
        )
    request = DelegateRequest.objects.create(
        organization=delegation.organization,
        asked_by=delegation.user,
        replaces=replaces,
        name=name,
        address=address,
        address_fingerprint=person,
        title=title,
        mandate=mandate,
        may_sign=may_sign,
        language=language,
        created_at=now,
    )
    audit.record("campaigns.ask_for_delegate", delegation, by=delegation.user, now=now, request=request.pk)
    return request


@transaction.atomic
def refuse_delegate_request(request_id: int, *, by: User, reason: str, now: datetime) -> DelegateRequest:
    """Leave everything as it is; the delegate who asked is told by whoever refuses. Raises DelegateRefused."""
    return settle_request(request_id, DelegateRequest.State.REFUSED, by=by, reason=reason, now=now)


def settle_request(
    request_id: int, state: DelegateRequest.State, *, by: User, reason: str = "", now: datetime
) -> DelegateRequest:
    """Decide a request that waits, in the caller's transaction. Raises DelegateRefused when it was decided before."""
    request = DelegateRequest.objects.select_for_update(of=["self"]).get(pk=request_id)
    if request.state != DelegateRequest.State.WAITING:
        raise DelegateRefused(_("A colleague has decided this request already."))
    request.state, request.decided_at = state, now
    request.save(update_fields=["state", "decided_at"])
    audit.record(
        "campaigns.decide_delegate_request",
        request.organization,
        by=by,
        reason=reason,
        now=now,
        request=request.pk,
        state=state.value,
    )
    return request


@transaction.atomic
def end_delegation(delegate_id: int, *, by: User, reason: str, now: datetime) -> Delegate:
    """End the mandate as of yesterday, so that nothing more is done with it. What was signed stays.

    Raises DelegateRefused when it has ended before.
    """
    delegate = Delegate.objects.select_for_update(of=["self"]).get(pk=delegate_id)
    yesterday = timezone.localdate(now) - timedelta(days=1)
    if delegate.valid_until and delegate.valid_until <= yesterday:
        raise DelegateRefused(_("This mandate has ended already."))
    delegate.valid_until = yesterday
    delegate.save(update_fields=["valid_until"])
    audit.record("campaigns.end_delegation", delegate, by=by, reason=reason, now=now)
    return delegate
