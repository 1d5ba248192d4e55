"""Verifying the chain against the lines: what was changed behind the program's back is named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.audit import chain, triggers
from accounts.models import AuditEntry, AuditLink

SEALED_WITHIN = timedelta(minutes=5)  # the job runs each minute
BATCH = 2_000


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `kind`: changed, missing_line, missing_link, unsealed, cut_off, another, unguarded."""

    kind: str
    sentence: str
    position: int | None = None  # in the chain
    entry: int | None = None  # number of the line


@dataclass
class Walk:
    """How far the walk along the chain came."""

    head: chain.Head | None = None
    links: int = 0


def verify(*, now: datetime, expected: Iterable[tuple[int, str]] = (), walk: Walk | None = None) -> Iterator[Finding]:
    """Yield everything that is wrong, in the order of the chain; nothing when all is well.

    `expected`: heads kept elsewhere, as (position, 64 hexadecimal characters); without one, links cut off at the end
    together with their lines go unseen. Each link is checked against the stored digest before it, so that one changed
    line is one finding. `walk` tells afterwards how far it came. Reads BATCH rows at a time.
    """
    walk = walk or Walk()
    wanted = dict(expected)
    yield from (
        Finding("unguarded", _("The database no longer refuses changes to %s: its trigger is gone.") % table)
        for table in triggers.missing()
    )
    yield from _walk_along(walk, wanted)
    for position in sorted(wanted):
        yield Finding(
            "cut_off",
            _("The chain ends at %(last)d, but line %(position)d of it was written down: its end was cut off.")
            % {"last": walk.head.position if walk.head else 0, "position": position},
            position,
        )
    late = chain.unsealed().filter(at__lt=now - SEALED_WITHIN).order_by("pk").values_list("pk", flat=True)
    for entry in late.iterator(chunk_size=BATCH):
        yield Finding(
            "unsealed",
            _("Audit line %d has been out of the chain for more than five minutes.") % entry,
            entry=entry,
        )


def _walk_along(walk: Walk, wanted: dict[int, str]) -> Iterator[Finding]:
    """Compare every link with its line; takes the heads it met out of `wanted`."""
    key, before, after = chain.chain_key(), chain.GENESIS, 0
    links_of = AuditLink.objects.order_by("position").values_list("position", "entry_id", "digest", "sealed_at")
    while True:
        links = list(links_of.filter(position__gt=after)[:BATCH])
        if not links:
            return
        rows = AuditEntry.objects.filter(pk__in=[entry for _position, entry, _digest, _at in links]).order_by()
        lines = {row[0]: row for row in rows.values_list(*chain.FIELDS)}
        for position, entry, stored, _at in links:
            if position != after + 1:
                yield _gap(after + 1, position - 1)
            line, digest, where = lines.get(entry), bytes(stored), {"entry": entry, "position": position}
            if line is None:
                said = _("Audit line %(entry)d, line %(position)d of the chain, was deleted.") % where
                yield Finding("missing_line", said, position, entry)
            elif chain.link_digest(key, before, line) != digest:
                said = _("Audit line %(entry)d, line %(position)d of the chain, is not what was sealed.") % where
                yield Finding("changed", said, position, entry)
            if wanted and wanted.pop(position, digest.hex()) != digest.hex():
                said = _("Line %d of the chain does not have the digest that was written down.") % position
                yield Finding("another", said, position, entry)
            before, after = digest, position
        walk.links += len(links)
        walk.head = chain.Head(after, before.hex(), links[-1][3])


def _gap(first: int, last: int) -> Finding:
    return Finding(
        "missing_link",
        _("Lines %(first)d to %(last)d of the chain were deleted.") % {"first": first, "last": last}
        if first < last
        else _("Line %d of the chain was deleted.") % first,
        first,
    )
