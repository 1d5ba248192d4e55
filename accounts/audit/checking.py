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
    while True:
        links = list(AuditLink.objects.filter(position__gt=after).order_by("position")[:BATCH])
        if not links:
            return
        rows = AuditEntry.objects.filter(pk__in=[link.entry_id for link in links]).order_by()
        lines = {row[0]: row for row in rows.values_list(*chain.FIELDS)}
        for link in links:
            if link.position != after + 1:
                yield _gap(after + 1, link.position - 1)
            line, digest = lines.get(link.entry_id), bytes(link.digest)
            if line is None:
                yield Finding(
                    "missing_line",
                    _("Audit line %(entry)d, line %(position)d of the chain, was deleted.")
                    % {"entry": link.entry_id, "position": link.position},
                    link.position,
                    link.entry_id,
                )
            elif chain.link_digest(key, before, line) != digest:
                yield Finding(
                    "changed",
                    _("Audit line %(entry)d, line %(position)d of the chain, is not what was sealed.")
                    % {"entry": link.entry_id, "position": link.position},
                    link.position,
                    link.entry_id,
                )
            if wanted.pop(link.position, digest.hex()) != digest.hex():
                yield Finding(
                    "another",
                    _("Line %d of the chain does not have the digest that was written down.") % link.position,
                    link.position,
                    link.entry_id,
                )
            before, after = digest, link.position
        walk.links += len(links)
        walk.head = chain.Head(links[-1].position, bytes(links[-1].digest).hex(), links[-1].sealed_at)


def _gap(first: int, last: int) -> Finding:
    return Finding(
        "missing_link",
        _("Lines %(first)d to %(last)d of the chain were deleted.") % {"first": first, "last": last}
        if first < last
        else _("Line %d of the chain was deleted.") % first,
        first,
    )
