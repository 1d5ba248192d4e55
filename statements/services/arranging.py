"""The order in which signatories stand, and sending a receipt once more."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from statements.exceptions import TransitionRefused
from statements.models import CoSignature, Statement
from statements.services.cosigning import queue_receipt


@transaction.atomic
def arrange_signatories(
    statement_id: int, order: str, *, positions: Mapping[int, int], leads: Iterable[int], by: User, now: datetime
) -> None:
    """Set the order of the block, who leads, and the places by hand. Keys and `leads` are numbers of co-signatures.

    Who stands under the text does not change by this, and neither does its digest. Raises TransitionRefused.
    """
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if order not in Statement.Order.values:
        raise TransitionRefused(_("Choose one of the orders."))
    leading = set(leads)
    rows = list(CoSignature.objects.filter(statement=statement).defer("signer_name"))
    if not {*positions, *leading} <= {row.pk for row in rows}:
        raise TransitionRefused(_("The list has changed since you opened this page. Please look at it again."))
    for row in rows:
        row.position, row.is_lead = positions.get(row.pk), row.pk in leading
    CoSignature.objects.bulk_update(rows, ["position", "is_lead"])
    statement.signature_order = order
    statement.save(update_fields=["signature_order"])
    audit.record("statements.arrange_signatories", statement, by=by, now=now, order=order, leads=sorted(leading))


@transaction.atomic
def send_receipts_again(statement_id: int, cosignature_ids: Iterable[int], *, by: User, now: datetime) -> int:
    """Mail the receipt once more to whoever signed for these organizations. Returns how many mails were written."""
    statement = Statement.objects.get(pk=statement_id)
    standing = statement.cosignatures.standing().filter(pk__in=list(cosignature_ids))
    rows = [row for row in standing.select_related("signed_by", "statement") if row.signed_by.is_active]
    for row in rows:
        queue_receipt(row, row.signed_by, f"cosignature:{now.isoformat()}:{row.pk}", now)
    audit.record("statements.send_receipts_again", statement, by=by, now=now, cosignatures=[row.pk for row in rows])
    return len(rows)
