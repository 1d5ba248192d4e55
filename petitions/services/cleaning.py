"""What was never confirmed is forgotten, as the confirmation mail promises."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from outbox.models import Email
from petitions.models import Signature
from petitions.services.signing import mail_key

BATCH = 1_000
KEYS_AT_ONCE = 100  # SQLite reads no longer condition than a thousand terms


def delete_unconfirmed(*, now: datetime) -> int:
    """Delete pending signatures whose link has expired, and their mails; returns how many signatures.

    One whose mail is being sent at this moment waits for the next run.
    """
    total, after = 0, 0
    while True:
        with transaction.atomic():
            expired = (
                Signature.objects.pending()
                .filter(link_sent_at__lte=now - settings.CONFIRMATION_LIFETIME, pk__gt=after)
                .select_for_update(skip_locked=True)
            )
            ids = list(expired.order_by("pk").values_list("pk", flat=True)[:BATCH])
            busy = _delete_mails(ids)
            total += Signature.objects.filter(pk__in=set(ids) - busy).delete()[1].get("petitions.Signature", 0)
        if len(ids) < BATCH:
            return total
        after = ids[-1]


def _delete_mails(signature_ids: list[int]) -> set[int]:
    """Delete the mails of these signatures; returns the signatures of which one is being sent."""
    busy: set[int] = set()
    for start in range(0, len(signature_ids), KEYS_AT_ONCE):
        written = Q(pk__in=[])
        for signature_id in signature_ids[start : start + KEYS_AT_ONCE]:
            written |= Q(key__startswith=mail_key(signature_id))
        mails = list(Email.objects.filter(written).select_for_update().order_by("pk").values_list("pk", "key", "state"))
        Email.objects.filter(pk__in=[pk for pk, _key, state in mails if state != Email.State.SENDING]).delete()
        busy |= {int(key.split(":")[1]) for _pk, key, state in mails if state == Email.State.SENDING}
    return busy
