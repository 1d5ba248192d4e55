"""The second person behind what a delegate signs for the first time: a colleague, or staff."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate
from statements.exceptions import SigningRefused
from statements.models import CoSignature, Invitation, Statement


@transaction.atomic
def confirm_cosignature(cosignature_id: int, *, by: User, now: datetime) -> CoSignature:
    """Let it count, and know its signer from here on. A second press changes nothing.

    `by` is staff, or another delegate of the organization. Raises SigningRefused.
    """
    cosignature = _locked(cosignature_id)
    if cosignature.confirmed_at is not None:
        return cosignature
    if not cosignature.stands:
        raise SigningRefused(_("This co-signature does not stand any more."))
    check_second_person(cosignature, by, now)
    cosignature.confirmed_at, cosignature.confirmed_by = now, by
    cosignature.save(update_fields=["confirmed_at", "confirmed_by"])
    signer = Delegate.objects.filter(user=cosignature.signed_by_id, organization=cosignature.organization_id)
    signer.filter(vouched_at=None).update(vouched_at=now)
    audit.record("statements.confirm_cosignature", cosignature, by=by, now=now)
    return cosignature


@transaction.atomic
def refuse_cosignature(cosignature_id: int, *, by: User, reason: str, now: datetime) -> CoSignature:
    """Strike out what waits for confirmation; the organization may sign again. Raises SigningRefused."""
    cosignature = _locked(cosignature_id)
    if cosignature.confirmed_at is not None or not cosignature.stands:
        raise SigningRefused(_("This co-signature does not wait for confirmation."))
    check_second_person(cosignature, by, now)
    cosignature.withdrawn_at, cosignature.withdrawn_by = now, by
    cosignature.save(update_fields=["withdrawn_at", "withdrawn_by"])
    lines = Invitation.objects.filter(statement=cosignature.statement_id, organization=cosignature.organization_id)
    lines.update(state=Invitation.State.WITHDRAWN, answered_at=now)
    audit.record("statements.refuse_cosignature", cosignature, by=by, reason=reason, now=now)
    return cosignature


def check_second_person(cosignature: CoSignature, person: User, now: datetime) -> None:
    """Raise SigningRefused for the signer, and for anybody who is neither staff nor a colleague."""
    if person.pk == cosignature.signed_by_id:
        raise SigningRefused(_("You signed this yourself: a second person confirms it."))
    colleagues = Delegate.objects.active(timezone.localdate(now)).filter(organization=cosignature.organization_id)
    if not person.is_staff and not colleagues.filter(user=person).exists():
        raise SigningRefused(_("Only a colleague of the same organization, or our staff, can confirm this."))


def _locked(cosignature_id: int) -> CoSignature:
    """The row, locked after its statement, as everything that changes co-signatures does."""
    found = CoSignature.objects.get(pk=cosignature_id)
    Statement.objects.select_for_update(of=["self"]).get(pk=found.statement_id)
    return CoSignature.objects.select_for_update(of=["self"]).get(pk=cosignature_id)
