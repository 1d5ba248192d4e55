"""What goes by itself: unconfirmed signatures, and whatever says who a signatory was once the time for it is over.

Each function takes the moment before which data is due and yields the number of rows after each transaction. The
`…_due` beside it finds the same rows.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from outbox.models import Email, Refusal
from outbox.services import forget_words
from petitions.models import ConsentChange, HandoverFile, Petition, Report, Signature
from petitions.models.signature import SignatureQuerySet
from petitions.services.signing import mail_key
from petitions.services.writing import NO_SLOT
from privacy.retention import batches, deleted

KEYS_AT_ONCE = 100  # SQLite reads no longer condition than a thousand terms

# A signature of which nothing says whose it was: petition, state, dates and country stay, so that it is still counted.
NOBODY: dict[str, Any] = {
    "name": "",
    "address": "",
    "address_fingerprint": None,
    "name_slot": NO_SLOT,
    "comment": "",
    "comment_state": Signature.CommentState.NONE,
    "alias": "",
    "show_name": Signature.ShowName.PRIVATE,
    "show_country": False,
    "consent_show_name": None,
    "consent_handover": None,
    "consent_updates": None,
    "nonce": b"",  # no link was ever made from it
    "network_hash": None,
    "network_range_hash": None,
    "domain_hash": None,
}


def unconfirmed_due(before: datetime) -> SignatureQuerySet:
    """Pending signatures whose link was mailed by then. One whose mail is being sent at this moment waits."""
    sending = Email.objects.filter(state=Email.State.SENDING, key__startswith=mail_key()).values_list("key", flat=True)
    busy = {int(key.split(":")[1]) for key in sending}
    struck = Q(state=Signature.State.INVALIDATED, state_before=Signature.State.PENDING)  # never confirmed either
    unconfirmed = Signature.objects.filter(Q(state=Signature.State.PENDING) | struck)
    return unconfirmed.filter(link_sent_at__lte=before).exclude(pk__in=busy)


def delete_unconfirmed(before: datetime) -> Iterator[int]:
    """Delete pending signatures whose link has expired, and what their mails say, as the confirmation mail promises."""
    return batches(lambda: unconfirmed_due(before), lambda keys: _delete(keys, before))


def closed_before(moment: datetime) -> Q:
    """Signatures of petitions that closed by then."""
    written = [Petition.State.DRAFT, Petition.State.IN_REVIEW]
    return Q(petition__closes_at__lte=moment) & ~Q(petition__state__in=written)


def persons_due(before: datetime) -> SignatureQuerySet:
    """Signatures that say whose they are, of petitions that closed by then."""
    return Signature.objects.filter(closed_before(before), forgotten_at=None)


def forget_persons(before: datetime) -> Iterator[int]:
    """Forget who signed petitions that closed long ago; the signatures stay and count."""
    return batches(lambda: persons_due(before), lambda keys: _forget(keys))


def network_hashes_due(before: datetime) -> SignatureQuerySet:
    return Signature.objects.filter(created_at__lte=before, network_hash__isnull=False)


def forget_networks(before: datetime) -> Iterator[int]:
    """Forget from which network signatures came."""
    return batches(
        lambda: network_hashes_due(before),
        lambda keys: Signature.objects.filter(pk__in=keys).update(network_hash=None, network_range_hash=None),
    )


def erased_due(before: datetime) -> SignatureQuerySet:
    """Erased signatures whose fingerprint no longer keeps anybody from signing twice."""
    return Signature.objects.filter(
        closed_before(before), forgotten_at__isnull=False, address_fingerprint__isnull=False
    )


def forget_erased(before: datetime) -> Iterator[int]:
    """Forget the fingerprints of erased signatures once their petition takes none any more."""
    return batches(
        lambda: erased_due(before),
        lambda keys: Signature.objects.filter(pk__in=keys).update(address_fingerprint=None, name_slot=NO_SLOT),
    )


def refusals_due(before: datetime) -> QuerySet[Refusal]:
    """What addresses refused about petitions that closed by then."""
    closed = Petition.objects.filter(closes_at__lte=before).values_list("pk", flat=True)
    return Refusal.objects.filter(about__in=[f"petition:{pk}" for pk in closed])


def forget_refusals(before: datetime) -> Iterator[int]:
    """Forget which address wanted no mail about a petition that sends none any more."""
    return deleted(refusals_due(before))


def reports_due(before: datetime) -> QuerySet[Report]:
    """Reports settled by then."""
    return Report.objects.filter(decided_at__lte=before)


def delete_reports(before: datetime) -> Iterator[int]:
    """Delete what visitors wrote to us, once it is of no use any more."""
    return deleted(reports_due(before))


@transaction.atomic
def _forget(keys: list[int]) -> int:
    ConsentChange.objects.filter(signature__in=keys).delete()
    rows = Signature.objects.filter(pk__in=keys, forgotten_at=None)
    return rows.update(**NOBODY, forgotten_at=timezone.now())


@transaction.atomic
def _delete(keys: list[int], before: datetime) -> int:
    """Look again under the lock: somebody may have confirmed, or asked for a new link."""
    still = unconfirmed_due(before).filter(pk__in=keys).select_for_update(skip_locked=True)
    ids = list(still.order_by("pk").values_list("pk", flat=True))
    busy = forget_mails(ids)
    return Signature.objects.filter(pk__in=set(ids) - busy).delete()[1].get("petitions.Signature", 0)


def forget_mails(signature_ids: list[int]) -> set[int]:
    """Forget what the mails of these signatures say; returns the signatures of which one is being sent.

    That the address got them stays: else it could be written anew each time a signature expires.
    """
    busy: set[int] = set()
    for start in range(0, len(signature_ids), KEYS_AT_ONCE):
        written = Q(pk__in=[])
        for signature_id in signature_ids[start : start + KEYS_AT_ONCE]:
            written |= Q(key__startswith=mail_key(signature_id))
        mails = list(Email.objects.filter(written).select_for_update().order_by("pk").values_list("pk", "key", "state"))
        forget_words(Email.objects.filter(pk__in=[pk for pk, _key, state in mails if state != Email.State.SENDING]))
        busy |= {int(key.split(":")[1]) for _pk, key, state in mails if state == Email.State.SENDING}
    return busy


def handover_names_due(before: datetime) -> QuerySet[HandoverFile]:
    """Our copies of lists of names that were frozen by then."""
    return HandoverFile.objects.filter(has_names=True, content__isnull=False, handover__as_of__lte=before)


def forget_handover_names(before: datetime) -> Iterator[int]:
    yield handover_names_due(before).update(content=None)
