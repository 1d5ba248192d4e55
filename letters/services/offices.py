"""The register of offices: looked at again, and freed of what was entered by mistake."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import OfficeRefused
from letters.models import Recipient, Release

OWN_ROWS = {"forms_of_address", "holders", "lettertemplate"}  # what is deleted with it


@transaction.atomic
def verify_office(
    recipient_id: int, *, verified_on: date, review_due_on: date, reason: str, by: User, now: datetime
) -> Recipient:
    """Note that everything about the office was looked at and holds. Raises OfficeRefused."""
    if verified_on > timezone.localdate(now):
        raise OfficeRefused(_("The day of the look lies ahead."))
    if review_due_on <= verified_on:
        raise OfficeRefused(_("The next review comes after the last."))
    recipient = Recipient.objects.select_for_update(of=["self"]).get(pk=recipient_id)
    recipient.verified_on, recipient.review_due_on = verified_on, review_due_on
    recipient.save(update_fields=["verified_on", "review_due_on"])
    audit.record("letters.verify_office", recipient, by=by, reason=reason, now=now, verified_on=verified_on.isoformat())
    return recipient


@transaction.atomic
def delete_office(recipient_id: int, *, reason: str, by: User, now: datetime) -> None:
    """Delete an office that nothing was ever asked of or sent to. Raises OfficeRefused."""
    recipient = Recipient.objects.select_for_update(of=["self"]).get(pk=recipient_id)
    if Release.objects.filter(recipients=recipient, state=Release.State.REQUESTED).exists():
        raise OfficeRefused(
            _("A release that waits names this office. Approve it or send it back first; until then the office stays.")
        )
    for relation in Recipient._meta.related_objects:
        name = relation.get_accessor_name() or ""
        if (
            name.removesuffix("_set") not in OWN_ROWS
            and relation.related_model._base_manager.filter(**{relation.field.name: recipient}).exists()
        ):
            raise OfficeRefused(
                _("Letters, releases or petitions name this office, so it stays. Take it out of use instead.")
            )
    audit.record("letters.delete_office", recipient, by=by, reason=reason, now=now)
    recipient.delete()


def note_change(recipients: Iterable[int], *, now: datetime) -> None:
    """What their letters say, or where these go, may have changed: letters approved before are looked at again."""
    Recipient.objects.filter(pk__in=list(recipients)).update(changed_at=now)
