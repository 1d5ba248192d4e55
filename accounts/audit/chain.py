"""The chain: every line sealed together with all before it, so that none can be changed unseen.

digest n = HMAC-SHA256(key, digest n−1 ‖ canonical JSON of line n); digest 0 is 32 zero bytes. The key derives from
FINGERPRINT_KEY, which stands outside the database: whoever holds a dump, or only the database, cannot seal anew.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import TruncDate

from accounts.models import AuditEntry, AuditLink
from privacy.fingerprints import fingerprint

logger = logging.getLogger(__name__)

GENESIS = bytes(32)
BATCH = 5_000
FIELDS = ("pk", "at", "by_id", "act", "object_type", "object_id", "reason", "details")
LOCK = 0x0075_7463_7279_0001  # of PostgreSQL's advisory locks: one job seals at a time
Line = tuple[Any, ...]  # the values of FIELDS


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
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def link_digest(key: bytes, before: bytes, line: Line) -> bytes:
    """32 bytes that seal `line` and, through `before`, every line under it."""
    return hmac.digest(key, before + canonical(line), hashlib.sha256)


def chain_key() -> bytes:
    """32 bytes, for the chain alone."""
    return fingerprint("key", purpose="audit chain")


def seal(now: datetime) -> int:
    """Link every line that has no link yet; returns how many. Never part of the act's own transaction.

    A line that was committed late is linked late, behind lines with higher numbers. Of two jobs at once one does the
    work: on PostgreSQL the other leaves, on SQLite it waits for its turn and finds nothing.
    """
    key, total = chain_key(), 0
    while True:
        with transaction.atomic():
            if not _is_ours():
                return total
            sealed = _seal_batch(key, now)
        total += sealed
        if sealed < BATCH:
            return total


def unsealed() -> Any:
    """The lines without a link, as a QuerySet in no particular order."""
    return AuditEntry.objects.filter(link=None).order_by()


def head() -> Head | None:
    """The newest link."""
    link = AuditLink.objects.order_by("-position").first()
    return _head(link) if link else None


def daily_heads(now: datetime, days: int) -> list[Head]:
    """The last link of each of the past `days` days (UTC) on which something was sealed, newest first."""
    recent = AuditLink.objects.filter(sealed_at__gte=now - timedelta(days=days))
    by_day = recent.order_by().annotate(day=TruncDate("sealed_at", tzinfo=UTC)).values("day")
    positions = by_day.annotate(last=Max("position")).values_list("last", flat=True)
    return [_head(link) for link in AuditLink.objects.filter(pk__in=list(positions)).order_by("-position")]


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


def _seal_batch(key: bytes, now: datetime) -> int:
    """Link up to BATCH lines in the order of their numbers."""
    last = AuditLink.objects.order_by("-position").values_list("position", "digest").first()
    position, digest = (last[0], bytes(last[1])) if last else (0, GENESIS)
    lines = unsealed().order_by("pk").values_list(*FIELDS)[:BATCH]
    links = list(_links(key, position, digest, lines, now))
    AuditLink.objects.bulk_create(links, batch_size=BATCH)
    return len(links)


def _links(key: bytes, position: int, digest: bytes, lines: Iterable[Line], now: datetime) -> Iterator[AuditLink]:
    for line in lines:
        position, digest = position + 1, link_digest(key, digest, line)
        yield AuditLink(position=position, entry_id=line[0], digest=digest, sealed_at=now)
