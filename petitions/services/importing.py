"""Signatures on paper, and those that partners collected: looked at line by line, counted, and taken out again."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from accounts.tables import country_code, day_written, is_formula, is_yes
from campaigns.models import Organization
from petitions import notices
from petitions.exceptions import ImportRefused
from petitions.models import ImportBatch, Petition, Signature
from petitions.services.cleaning import NOBODY
from petitions.services.counting import note_changes
from petitions.services.import_files import Asked
from petitions.services.import_reading import Line, read_lines
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint, fingerprint
from privacy.text import UNSAFE, has_visible

NAME_LENGTH = 100
TAKES_IMPORTS = [Petition.State.OPEN, Petition.State.CLOSED]
AT_ONCE = 1_000

ACCEPTED = "accepted"
REASONS: dict[str, str | Promise] = {
    "no_name": gettext_lazy("the name is missing"),
    "long": gettext_lazy("the name is longer than 100 characters"),
    "unsafe": gettext_lazy("the name holds invisible characters"),
    "country": gettext_lazy("the country is not known"),
    "day": gettext_lazy("the day cannot be read; write it like 2026-05-03"),
    "future": gettext_lazy("the day is still to come"),
    "late": gettext_lazy("signed after the petition closed"),
    "address": gettext_lazy("the e-mail address cannot be read"),
    "twice": gettext_lazy("stands in this file twice"),
    "known": gettext_lazy("known here already"),
}


@dataclass
class Verdict:
    """One line, and why it is left out; "accepted" when it is not."""

    line: Line
    verdict: str
    fingerprint: bytes = b""
    country: str = ""
    confirmed_at: datetime | None = None
    consents: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.verdict == ACCEPTED

    @property
    def reason(self) -> str:
        return str(REASONS.get(self.verdict, ""))

    @property
    def looks_like_formula(self) -> bool:
        return is_formula(self.line.name)


@dataclass(frozen=True)
class Plan:
    """What an import would do."""

    verdicts: list[Verdict]
    digest: str

    @property
    def accepted(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.is_accepted]

    @property
    def left_out(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if not verdict.is_accepted]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Each reason in words, and for how many lines it holds; the most frequent first."""
        return [(str(REASONS[key]), n) for key, n in Counter(row.verdict for row in self.left_out).most_common()]

    @property
    def formulas(self) -> int:
        return sum(row.looks_like_formula for row in self.accepted)


def plan_import(petition: Petition, content: bytes, *, now: datetime) -> Plan:
    """Look at every line of the file; writes nothing. Raises ImportRefused for the file as a whole."""
    if petition.state not in TAKES_IMPORTS:
        raise ImportRefused(_("This petition takes no signatures from files: it is neither open nor closed."))
    digest = hashlib.sha256(content).hexdigest()
    if petition.imports.filter(file_digest=digest, removed_at=None).exists():
        raise ImportRefused(_("This very file was imported already."))
    verdicts = [_judged(line, petition, now) for line in read_lines(content)]
    seen: set[bytes] = set()
    for verdict in verdicts:
        if verdict.is_accepted and verdict.fingerprint in seen:
            verdict.verdict = "twice"
        seen.add(verdict.fingerprint)
    known = _known(petition, [verdict.fingerprint for verdict in verdicts if verdict.is_accepted])
    for verdict in verdicts:
        if verdict.is_accepted and verdict.fingerprint in known:
            verdict.verdict = "known"
    return Plan(verdicts, digest)


@transaction.atomic
def import_signatures(asked: Asked, content: bytes, *, by: User, now: datetime) -> ImportBatch:
    """Write what the look showed, as confirmed private signatures of their own kind, and count them.

    Looked at anew under the lock: what came in meanwhile is left out. Raises ImportRefused.
    """
    petition = Petition.objects.select_for_update(of=["self"], no_key=True).get(pk=asked.petition)
    if not asked.provenance.strip():
        raise ImportRefused(_("Please write where the signatures come from."))
    plan = plan_import(petition, content, now=now)
    if not plan.accepted:
        raise ImportRefused(_("There is no line in this file that could be counted."))
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                petition=petition,
                kind=asked.kind,
                organization=Organization.objects.filter(pk=asked.organization or 0).first(),
                provenance=asked.provenance,
                file_digest=plan.digest,
                by=by,
                at=now,
            )
    except IntegrityError:
        raise ImportRefused(_("This very file was imported already.")) from None
    _write(plan.accepted, batch, asked.language, now)
    batch.added = _count(batch, petition)
    batch.left_out = len(plan.verdicts) - batch.added
    batch.save(update_fields=["added", "left_out"])
    audit.record(
        "petitions.import_signatures", batch, by=by, now=now, petition=petition.pk, added=batch.added,
        left_out=batch.left_out,
    )  # fmt: skip
    return batch


@transaction.atomic
def take_out_import(batch_id: int, *, by: User, reason: str, now: datetime) -> ImportBatch:
    """Strike out every signature of the file and forget who it was; the count follows, and the file may come again.

    Raises ImportRefused without a reason, or when it was taken out before.
    """
    if not reason.strip():
        raise ImportRefused(_("Please write the reason."))
    batch = ImportBatch.objects.select_for_update(of=["self"]).select_related("petition").get(pk=batch_id)
    if batch.removed_at:
        raise ImportRefused(_("These signatures were taken out already."))
    rows = Signature.objects.filter(batch=batch).exclude(state=Signature.State.ERASED)
    confirmed = list(
        rows.confirmed().select_for_update().only("confirmed_at", "country", "kind", "partner", "petition")
    )
    for signature in confirmed:
        signature.petition = batch.petition
    _note(confirmed, -1)
    rows.update(**NOBODY, state=Signature.State.INVALIDATED, invalidated_by=None, forgotten_at=now)
    batch.removed_at = now
    batch.save(update_fields=["removed_at"])
    audit.record("petitions.take_out_import", batch, by=by, reason=reason, now=now, taken_out=len(confirmed))
    return batch


def paper_fingerprint(name: str, country: str, place: str) -> bytes:
    """What makes the same line of two files one signature; it shares no purpose with the addresses."""
    parts = [" ".join(part.casefold().split()) for part in (name, country, place)]
    return fingerprint("\x00".join(parts), purpose="paper")


def _judged(line: Line, petition: Petition, now: datetime) -> Verdict:
    country = country_code(line.country)
    moment, day_problem = _moment(line, petition, now)
    found = Verdict(line, ACCEPTED, country=country or "", confirmed_at=moment, consents=is_yes(line.consent))
    if not line.name:
        found.verdict = "no_name"
    elif len(line.name) > NAME_LENGTH:
        found.verdict = "long"
    elif UNSAFE.search(line.name) or not has_visible(line.name):
        found.verdict = "unsafe"
    elif country is None:
        found.verdict = "country"
    elif day_problem:
        found.verdict = day_problem
    elif line.email:
        try:
            found.fingerprint = address_fingerprint(canonical(normalize(line.email)))
        except InvalidAddress:
            found.verdict = "address"
    else:
        found.fingerprint = paper_fingerprint(line.name, found.country, line.place)
    return found


def _moment(line: Line, petition: Petition, now: datetime) -> tuple[datetime | None, str]:
    """When it was signed, at noon where the petition is at home, or now; and what is wrong with the day."""
    if not line.date:
        return now, ""
    day = day_written(line.date)
    if day is None:
        return None, "day"
    zone = ZoneInfo(petition.time_zone)
    if day > timezone.localdate(now, zone):
        return None, "future"
    if petition.closes_at and day > timezone.localdate(petition.closes_at, zone):
        return None, "late"
    return min(datetime.combine(day, time(12), zone), now), ""


def _known(petition: Petition, fingerprints: list[bytes]) -> set[bytes]:
    found: set[bytes] = set()
    for start in range(0, len(fingerprints), AT_ONCE):
        rows = Signature.objects.filter(
            petition=petition, address_fingerprint__in=fingerprints[start : start + AT_ONCE]
        )
        found |= {bytes(row) for row in rows.values_list("address_fingerprint", flat=True) if row}
    return found


def _write(verdicts: Iterable[Verdict], batch: ImportBatch, language: str, now: datetime) -> None:
    notice = notices.notice(notices.Purpose.HANDOVER, language, now)
    rows = [
        Signature(
            petition=batch.petition,
            name=verdict.line.name,
            address="",
            address_fingerprint=verdict.fingerprint,
            country=verdict.country,
            language=language,
            consent_handover=notice if verdict.consents else None,
            kind=batch.kind,
            batch=batch,
            state=Signature.State.CONFIRMED,
            created_at=verdict.confirmed_at or now,
            link_sent_at=now,
            confirmed_at=verdict.confirmed_at or now,
        )
        for verdict in verdicts
    ]
    # Somebody may sign online in this very moment, with the address of a line: the constraint lets one of them in.
    Signature.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _count(batch: ImportBatch, petition: Petition) -> int:
    """Count what was truly written."""
    rows = list(Signature.objects.filter(batch=batch).only("confirmed_at", "country", "kind", "partner", "petition"))
    for signature in rows:
        signature.petition = petition
    _note(rows, +1)
    return len(rows)


def _note(signatures: list[Signature], change: int) -> None:
    for start in range(0, len(signatures), AT_ONCE):
        note_changes(signatures[start : start + AT_ONCE], change)
