"""What would leave, when and to whom, and what would not: reckoned like the real thing, and nothing is written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext as _

from letters.copies import Copy, Digests, Refusal, stream_copies
from letters.models import Recipient, Release
from letters.models.recipient import Channel
from letters.services.requesting import already_written
from letters.sheets import format_of
from letters.timing import Leaving, leaving
from outbox.exceptions import Unsendable, in_words
from outbox.models import Suppression
from outbox.recipients import check_allowed, envelope_form
from privacy.addresses import InvalidAddress, canonical
from privacy.fingerprints import address_fingerprint

BATCH = 500


@dataclass(frozen=True)
class Planned:
    """One office of a release. `refusal` bars the whole release, `held_back` only this letter; "" when nothing does."""

    recipient_id: int
    name: str
    is_hostile: bool
    channel: str
    language: str = ""
    format: str = ""
    address: str = ""
    subject: str = ""
    leaving: Leaving | None = None
    refusal: str = ""
    held_back: str = ""
    has_changed: bool = False  # since the release was asked for

    @property
    def is_problem(self) -> bool:
        return bool(self.refusal or self.held_back or self.has_changed)

    @property
    def needs_a_look(self) -> bool:
        """Nothing is wrong, but somebody should know."""
        return self.leaving is not None and (self.leaving.is_late or not self.leaving.zone_is_known)


@dataclass(frozen=True)
class Plan:
    """Every office of a release in the order of their numbers, and the digest over all copies."""

    rows: list[Planned]
    digest: str

    @property
    def refused(self) -> list[Planned]:
        return [row for row in self.rows if row.refusal]

    @property
    def held_back(self) -> list[Planned]:
        return [row for row in self.rows if row.held_back]

    @property
    def leaving(self) -> list[Planned]:
        return [row for row in self.rows if row.leaving and not row.refusal and not row.held_back]

    def differs_from(self, release: Release) -> bool:
        """Whether the copies are not those that were previewed when it was asked for."""
        return bool(self.refused) or self.digest != release.copies_digest

    def moments(self) -> list[tuple[Leaving, Counter[str]]]:
        """When letters leave, the earliest first, with how many of each channel."""
        found: dict[tuple[datetime, str], tuple[Leaving, Counter[str]]] = {}
        for row in self.leaving:
            assert row.leaving is not None
            known = found.setdefault((row.leaving.at, row.leaving.zone.key), (row.leaving, Counter()))
            known[1][row.channel] += 1
        return [found[key] for key in sorted(found)]


def plan(release: Release, recipients: Iterable[Recipient], *, cooled_at: datetime, is_timed: bool = True) -> Plan:
    """Reckon a release through. `recipients` come by their number; the cooling-off would end at `cooled_at`.

    Without `is_timed` nothing is said about moments, as for a release that was sent back.
    """
    have = already_written(release.text_digest)
    digests = Digests()
    rows: list[Planned] = []
    stream = stream_copies(release, recipients)
    while batch := list(islice(stream, BATCH)):
        barred = _suppressed(written["to"] for _office, written in batch if not isinstance(written, Refusal))
        for recipient, written in batch:
            if isinstance(written, Refusal):
                rows.append(_row(release, recipient, refusal=written.reason))
                continue
            digest = digests.add(recipient.pk, written)
            before = release.copy_digests.get(str(recipient.pk))
            rows.append(
                _row(
                    release,
                    recipient,
                    written,
                    leaving=leaving(release, recipient, cooled_at=cooled_at) if is_timed else None,
                    held_back=_held_back(recipient, written, have, barred),
                    has_changed=before is not None and before != digest[:16],
                )
            )
    return Plan(rows, digests.of_all)


def _row(
    release: Release,
    recipient: Recipient,
    copy: Copy | None = None,
    *,
    leaving: Leaving | None = None,
    refusal: str = "",
    held_back: str = "",
    has_changed: bool = False,
) -> Planned:
    return Planned(
        recipient_id=recipient.pk,
        name=recipient.name,
        is_hostile=recipient.is_hostile,
        channel=str(recipient.channel),
        language=copy["language"] if copy else "",
        format=format_of(copy) if copy else "",
        address=(copy["to"] or ", ".join(copy["envelope"])) if copy else "",
        subject=copy["subject"] if copy else "",
        leaving=leaving,
        refusal=refusal,
        held_back=held_back,
        has_changed=has_changed,
    )


def _held_back(recipient: Recipient, copy: Copy, have: set[int], barred: set[str]) -> str:
    """Why this one would not leave, in a sentence; "" when it would."""
    if recipient.pk in have:
        return _("This office was already written to about this text.")
    if recipient.channel != Channel.EMAIL:
        return ""
    try:
        check_allowed(envelope_form(copy["to"]))
    except Unsendable as exc:
        return in_words(exc.sentence)
    if copy["to"] in barred:
        return _("Mail to this address came back before, or was refused: correct the address, or choose another way.")
    return ""


def _suppressed(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that take no mail; one query."""
    prints: dict[bytes, str] = dict(_fingerprints(addresses))
    found = Suppression.objects.filter(lifted_at=None, fingerprint__in=prints).values_list("fingerprint", flat=True)
    return {prints[bytes(fingerprint)] for fingerprint in found}


def _fingerprints(addresses: Iterable[str]) -> Iterator[tuple[bytes, str]]:
    for address in addresses:
        try:
            if address:
                yield address_fingerprint(canonical(address)), address
        except InvalidAddress:
            continue  # said of it elsewhere
