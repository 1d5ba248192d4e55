"""What staff decide about mail that did not get through, and about addresses that get none."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from outbox import bell, kinds, suppressing, tasks
from outbox.exceptions import NotPossible
from outbox.models import Email, Pace, Suppression
from outbox.pacing import domain_key
from outbox.services import settle_uncertain
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint


@transaction.atomic
def try_again(email_id: int, *, reason: str, by: User, now: datetime) -> Email:
    """Queue a failed e-mail once more, under the same Message-ID. Raises NotPossible, also for a letter."""
    email = _locked(email_id)
    _check_no_letter(email)
    if email.state != Email.State.FAILED:
        raise NotPossible(_("This e-mail has not failed: there is nothing to try again."))
    if email.payload is None:
        raise NotPossible(_("What this e-mail said was deleted when its time was over, so it cannot be sent any more."))
    if suppressing.among([email]):
        raise NotPossible(_("Its address takes no mail any more. Lift that first, if you know that it does again."))
    email.state, email.attempts, email.worker_deaths, email.due_at = Email.State.QUEUED, 0, 0, now
    email.claimed_by = email.lease_until = email.data_begun_at = None
    email.stop_requested = False
    email.save()
    audit.record("outbox.try_again", email, by=by, reason=reason, now=now)
    bell.ring(tasks.send_due_mail)
    return email


@transaction.atomic
def settle(email_id: int, *, arrived: bool, reason: str, by: User, now: datetime) -> Email:
    """Write down whether an uncertain e-mail arrived; if not, it goes out again. Raises NotPossible."""
    email = _locked(email_id)
    _check_no_letter(email)
    if not settle_uncertain(email.pk, arrived=arrived, evidence=reason, now=now):
        raise NotPossible(_("This e-mail is not uncertain: there is nothing to settle."))
    audit.record("outbox.confirm_arrival" if arrived else "outbox.send_again", email, by=by, reason=reason, now=now)
    return email


@transaction.atomic
def suppress_address(address: str, *, by: User, now: datetime) -> Suppression:
    """Send no more mail to an address, because somebody asked for that. Raises NotPossible if it gets none already."""
    fingerprint = address_fingerprint(canonical(address))
    if not suppressing.suppress(fingerprint, Suppression.Reason.STAFF, now=now, by=by):
        raise NotPossible(_("This address gets no mail already."))
    suppression = Suppression.objects.get(fingerprint=fingerprint, lifted_at=None)
    audit.record("outbox.suppress_address", suppression, by=by, now=now)
    return suppression


@transaction.atomic
def lift_suppression(suppression_id: int, *, reason: str, by: User, now: datetime) -> Suppression:
    """Let mail go to the address again. Raises NotPossible."""
    suppression = Suppression.objects.select_for_update(of=["self"]).get(pk=suppression_id)
    if suppression.lifted_at:
        raise NotPossible(_("This was lifted already."))
    suppression.lifted_at = suppression.seen_at = now
    suppression.save(update_fields=["lifted_at", "seen_at"])
    audit.record("outbox.lift_suppression", suppression, by=by, reason=reason, now=now)
    return suppression


@transaction.atomic
def note_corrected(suppression_id: int, *, reason: str, by: User, now: datetime) -> Suppression:
    """The office whose address is dead has another now, or another way: the task is done. Raises NotPossible."""
    suppression = Suppression.objects.select_for_update(of=["self"]).get(pk=suppression_id)
    if suppression.seen_at or not suppression.is_office:
        raise NotPossible(_("There is nothing to do here any more."))
    suppression.seen_at = now
    suppression.save(update_fields=["seen_at"])
    audit.record("outbox.note_corrected", suppression, by=by, reason=reason, now=now)
    return suppression


@transaction.atomic
def set_pace(pace: Pace) -> Pace:
    """Keep how fast mail may go to a domain; it counts from the next message. `pace` is new or a row to change."""
    pace.domain_key = domain_key(f"a@{pace.domain}")
    Pace.objects.filter(domain="", domain_key=pace.domain_key).delete()  # what was found by itself
    pace.next_at = pace.slow_until = None
    pace.save()
    return pace


def _locked(email_id: int) -> Email:
    return Email.objects.select_for_update(of=["self"]).get(pk=email_id)


def _check_no_letter(email: Email) -> None:
    if kinds.get(email.kind).to_office:
        raise NotPossible(_("This is a letter: its own page says what can be done about it."))
