"""The chain: every line sealed together with all before it, so that none can be changed unseen.

digest n = HMAC-SHA256(key, digest n−1 ‖ canonical JSON of line n); digest 0 is 32 zero bytes. The key derives from
FINGERPRINT_KEY, which stands outside the database: whoever holds a dump, or only the database, cannot seal anew.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max, Q

from accounts.models import AuditEntry, AuditLink
from privacy.fingerprints import fingerprint

logger = logging.getLogger(__name__)

GENESIS = bytes(32)
BATCH = 5_000
LATE_LINES = 10_000  # what other acts may write while one takes its time; once a day all lines are looked at
FIELDS = ("pk", "at", "by_id", "act", "object_type", "object_id", "reason", "details")
LOCK = 0x0075_7463_7279_0001  # of PostgreSQL's advisory locks: one job seals at a time
Line = tuple[Any, ...]  # the values of FIELDS
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Head:
    """The newest link of the chain, or of one day."""

    position: int
    digest: str  # 64 hexadecimal characters
    sealed_at: datetime

    def __str__(self) -> str:
        """As `manage.py verify_audit --expect` takes it."""
        return f"{self.position}:{self.digest}"


def canonical(line: Line) -> bytes:
    """The line as JSON in UTF-8: keys sorted, no blanks, its time in UTC with microseconds."""
    number, at, by, act, object_type, object_id, reason, details = line
    values = {
        "act": act,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "by": by,
        "details": details,
        "id": number,
        "object_id": object_id,
        "object_type": object_type,
        "reason": reason,
    }
    return _encode(values).encode()


def link_digest(key: bytes, before: bytes, line: Line) -> bytes:
    """32 bytes that seal `line` and, through `before`, every line under it."""
    return hmac.digest(key, before + canonical(line), hashlib.sha256)


def chain_key() -> bytes:
    """32 bytes, for the chain alone."""
    return fingerprint("key", purpose="audit chain")


def seal(now: datetime, *, behind: int | None = None) -> int:
    """Link every line that has no link yet; returns how many. Never part of the act's own transaction.

    A line that was committed late is linked late, behind lines with higher numbers; `behind` as in unsealed(). Of two
    jobs at once one does the work: on PostgreSQL the other leaves, on SQLite it waits for its turn and finds nothing.
    """
    key, total, lines = chain_key(), 0, unsealed(behind=behind).order_by("pk")
    while True:
        with transaction.atomic():
            if not _is_ours():
                return total
            sealed = _seal_batch(key, lines.values_list(*FIELDS)[:BATCH], now)
        total += sealed
        if sealed < BATCH:
            return total


def unsealed(*, behind: int | None = None) -> models.QuerySet[AuditEntry]:
    """The lines without a link, in no particular order.

    `behind`: how far under the number sealed last to look for lines that were committed late; None looks at all lines,
    which takes a second where there are millions.
    """
    lines: models.QuerySet[AuditEntry] = AuditEntry.objects.filter(link=None).order_by()
    if behind is None:
        return lines
    newest = AuditLink.objects.order_by("-position").values_list("entry_id", flat=True).first() or 0
    return lines.filter(pk__gt=newest - behind)


def head() -> Head | None:
    """The newest link."""
    link = AuditLink.objects.order_by("-position").first()
    return _head(link) if link else None


def daily_heads(now: datetime, days: int) -> list[Head]:
    """The last link of each of the past `days` days (UTC) on which something was sealed, newest first."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [midnight - timedelta(days=ago) for ago in range(days)]
    last = {
        f"day{ago}": Max("position", filter=Q(sealed_at__gte=start, sealed_at__lt=start + timedelta(days=1)))
        for ago, start in enumerate(starts)
    }
    positions = AuditLink.objects.order_by().filter(sealed_at__gte=starts[-1]).aggregate(**last).values()
    return [_head(link) for link in AuditLink.objects.filter(pk__in=filter(None, positions)).order_by("-position")]


def note_head() -> Head | None:
    """Write the head to the log, from where it is kept outside of the reach of whoever can change the database."""
    newest = head()
    if newest:
        logger.info("audit chain: line %s has digest %s", newest.position, newest.digest)
    return newest


def _head(link: AuditLink) -> Head:
    return Head(link.position, bytes(link.digest).hex(), link.sealed_at)


def _is_ours() -> bool:
    """Whether this transaction may seal. On SQLite it holds the only write lock already (IMMEDIATE)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _seal_batch(key: bytes, lines: Iterable[Line], now: datetime) -> int:
    """Link these lines, in this order, behind the newest link; returns how many."""
    last = AuditLink.objects.order_by("-position").values_list("position", "digest").first()
    position, digest = (last[0], bytes(last[1])) if last else (0, GENESIS)
    sealed_at, rows = connection.ops.adapt_datetimefield_value(now), []
    for line in lines:
        position, digest = position + 1, link_digest(key, digest, line)
        rows.append((position, line[0], digest, sealed_at))
    with connection.cursor() as cursor:  # three times as fast as bulk_create(), which is felt only after a long pause
        cursor.executemany(
            "INSERT INTO accounts_auditlink (position, entry_id, digest, sealed_at) VALUES (%s, %s, %s, %s)", rows
        )
    return len(rows)
