"""The count: added up from what changed, and checked against the rows each night."""

import logging
from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from petitions.models import CountChange, Petition, Signature

logger = logging.getLogger(__name__)

BATCH = 5_000


def refresh_signature_counts(*, now: datetime) -> int:
    """Add what changed since the last run to each petition's count; returns how many changes were added.

    The rows read are locked, added and deleted in one transaction: a second tally, or one killed
    in the middle, adds nothing twice and loses nothing.
    """
    total = 0
    while True:
        with transaction.atomic():
            changes = list(
                CountChange.objects.select_for_update()
                .order_by("pk")
                .values_list("pk", "petition_id", "change")[:BATCH]
            )
            sums: Counter[int] = Counter()
            for _pk, petition_id, change in changes:
                sums[petition_id] += change
            for petition_id, change in sorted(sums.items()):
                Petition.objects.filter(pk=petition_id).update(
                    signature_count=F("signature_count") + change, counted_at=now
                )
            CountChange.objects.filter(pk__in=[pk for pk, _petition, _change in changes]).delete()
        total += len(changes)
        if len(changes) < BATCH:
            return total


def audit_signature_counts(*, now: datetime) -> list[tuple[int, int, int]]:
    """Compare each count with the rows; mend and report. Returns (petition, shown, true) for each that differed."""
    mended = []
    for petition_id in Petition.objects.values_list("pk", flat=True):
        with transaction.atomic():
            petition = Petition.objects.select_for_update().get(pk=petition_id)
            rows = Signature.objects.filter(petition=petition).aggregate(n=Count("pk", filter=Q(state="confirmed")))[
                "n"
            ]
            waiting = CountChange.objects.filter(petition=petition).aggregate(n=Coalesce(Sum("change"), 0))["n"]
            true = rows - waiting
            if petition.signature_count != true:
                mended.append((petition.pk, petition.signature_count, true))
                logger.error("count of petition %s was %s, is %s", petition.pk, petition.signature_count, true)
                petition.signature_count, petition.counted_at = true, now
                petition.save(update_fields=["signature_count", "counted_at"])
    return mended
