"""The count: added up cell by cell from what changed, and checked against the rows each night."""

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from petitions.models import CountChange, PartnerLink, Petition, Signature, Tally

logger = logging.getLogger(__name__)

BATCH = 50_000
Cell = tuple[int, date, str, str]  # petition, day, country, kind

# Both take rows away and give them back summed, in one statement: what commits late is there the next time.
_TAKE_POSTGRESQL = """
WITH taken AS (
    DELETE FROM petitions_countchange WHERE id IN (
        SELECT id FROM petitions_countchange ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING petition_id, day, country, kind, partner_id, change
)
SELECT petition_id, day, country, kind, partner_id, SUM(change), COUNT(*) FROM taken GROUP BY 1, 2, 3, 4, 5
"""
_SUM_SQLITE = """
SELECT petition_id, day, country, kind, partner_id, SUM(change), COUNT(*)
FROM (SELECT * FROM petitions_countchange ORDER BY id LIMIT %s) GROUP BY 1, 2, 3, 4, 5
"""
_DELETE_SQLITE = """
DELETE FROM petitions_countchange WHERE id IN (SELECT id FROM petitions_countchange ORDER BY id LIMIT %s)
"""


@dataclass(frozen=True)
class Mended:
    """One cell that the nightly audit found different from the rows."""

    cell: Cell
    shown: int
    true: int


def note_changes(signatures: Iterable[Signature], change: int) -> None:
    """Write that these signatures, whose petition is loaded, count one more (+1) or one less (−1) from now on.

    The cell is that of the confirmation, so that what comes off is what was added. Call it in the transaction of the
    cause, before anything of the signature is forgotten.
    """
    CountChange.objects.bulk_create(
        [
            CountChange(
                petition_id=signature.petition_id,
                day=day_counted(signature),
                country=str(signature.country),
                kind=signature.kind,
                partner_id=signature.partner_id,
                change=change,
            )
            for signature in signatures
        ]
    )


def day_counted(signature: Signature) -> date:
    """The day of its confirmation where the petition is at home."""
    assert signature.confirmed_at, "what was never confirmed was never counted"
    return signature.confirmed_at.astimezone(ZoneInfo(signature.petition.time_zone)).date()


def refresh_signature_counts(*, now: datetime) -> int:
    """Add what changed since the last run to tallies, petitions and partner links; returns how many changes.

    Rows are taken and added up in one transaction: a second tally beside it, or one killed in the middle, adds nothing
    twice and loses nothing.
    """
    total = 0
    while True:
        with transaction.atomic():
            taken = _take(BATCH)
            _add(taken, now)
        changes = sum(row[-1] for row in taken)
        total += changes
        if changes < BATCH:
            return total


def audit_signature_counts(*, now: datetime) -> list[Mended]:
    """Compare every cell and count with the rows; mend, log and return what differed."""
    mended = []
    for petition in Petition.objects.order_by("pk"):
        with transaction.atomic():
            Petition.objects.select_for_update().get(pk=petition.pk)  # the tally waits: nothing is taken meanwhile
            found = _audit_cells(petition)
            found += _audit_totals(petition, now)
        for difference in found:
            logger.error("count of %s was %s, is %s", difference.cell, difference.shown, difference.true)
        mended += found
    return mended


def _take(limit: int) -> list[tuple[int, date, str, str, int | None, int, int]]:
    """Up to `limit` changes, added up: petition, day, country, kind, partner, sum, how many. They are gone then."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_TAKE_POSTGRESQL, [limit])
            return cursor.fetchall()
        cursor.execute(_SUM_SQLITE, [limit])
        rows = cursor.fetchall()
        if rows:
            cursor.execute(_DELETE_SQLITE, [limit])
        return rows


def _add(taken: list[tuple[int, date, str, str, int | None, int, int]], now: datetime) -> None:
    cells: Counter[Cell] = Counter()
    petitions: Counter[int] = Counter()
    partners: Counter[int] = Counter()
    for petition_id, day, country, kind, partner_id, change, _rows in taken:
        cells[petition_id, day, country, kind] += change
        petitions[petition_id] += change
        if partner_id:
            partners[partner_id] += change
    for petition_id, change in sorted(petitions.items()):  # in one order, so that two tallies never wait in a ring
        Petition.objects.filter(pk=petition_id).update(signature_count=F("signature_count") + change, counted_at=now)
    _add_to_cells({cell: change for cell, change in sorted(cells.items()) if change})
    for partner_id, change in sorted(partners.items()):
        PartnerLink.objects.filter(pk=partner_id).update(signature_count=F("signature_count") + change)


def _add_to_cells(cells: dict[Cell, int]) -> None:
    Tally.objects.bulk_create(
        [Tally(petition_id=p, day=day, country=country, kind=kind, count=0) for p, day, country, kind in cells],
        ignore_conflicts=True,
    )
    for (petition_id, day, country, kind), change in cells.items():
        Tally.objects.filter(petition_id=petition_id, day=day, country=country, kind=kind).update(
            count=F("count") + change
        )


def _audit_cells(petition: Petition) -> list[Mended]:
    """Rows less what the tally has not taken yet, read in one statement: signatures are confirmed meanwhile."""
    day = TruncDate("confirmed_at", tzinfo=ZoneInfo(petition.time_zone))
    rows = Signature.objects.confirmed().filter(petition=petition).annotate(day=day)
    counted = rows.values_list("day", "country", "kind").annotate(n=Count("pk")).order_by()
    changes = CountChange.objects.filter(petition=petition)
    waiting = changes.values_list("day", "country", "kind").annotate(n=-Sum("change")).order_by()
    true: Counter[Cell] = Counter()
    for counted_on, country, kind, n in counted.union(waiting, all=True):
        true[petition.pk, counted_on, country, kind] += n
    shown = {(t.petition_id, t.day, str(t.country), t.kind): t.count for t in Tally.objects.filter(petition=petition)}
    differing = {cell for cell in shown.keys() | true.keys() if shown.get(cell, 0) != true[cell]}
    _add_to_cells({cell: true[cell] - shown.get(cell, 0) for cell in sorted(differing)})
    return [Mended(cell, shown.get(cell, 0), true[cell]) for cell in sorted(differing)]


def _audit_totals(petition: Petition, now: datetime) -> list[Mended]:
    """The count of the petition is the sum of its cells, which are right by now."""
    true = Tally.objects.filter(petition=petition).aggregate(n=Sum("count"))["n"] or 0
    petition.refresh_from_db(fields=["signature_count"])
    found = []
    if petition.signature_count != true:
        Petition.objects.filter(pk=petition.pk).update(signature_count=true, counted_at=now)
        found.append(Mended((petition.pk, date.min, "", ""), petition.signature_count, true))
    confirmed = Signature.objects.confirmed().filter(partner=OuterRef("pk")).order_by().values("partner")
    waiting = CountChange.objects.filter(partner=OuterRef("pk")).order_by().values("partner")
    links = PartnerLink.objects.filter(petition=petition).annotate(
        rows=Coalesce(Subquery(confirmed.annotate(n=Count("pk")).values("n")), 0),
        waiting=Coalesce(Subquery(waiting.annotate(n=Sum("change")).values("n")), 0),
    )
    for link in links.order_by("pk"):
        expected = link.rows - link.waiting
        if link.signature_count != expected:
            PartnerLink.objects.filter(pk=link.pk).update(signature_count=expected)
            found.append(Mended((petition.pk, date.min, "", link.code), link.signature_count, expected))
    return found
