"""The allow and block lists: lines that staff write, and lines that a passed limit writes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from petitions.exceptions import PetitionsError
from petitions.models import LimitRule, ListEntry, Petition, Signature
from privacy.addresses import InvalidAddress, ascii_form, canonical, normalize
from privacy.fingerprints import address_fingerprint
from privacy.network import KEPT_DAYS

Subject, Verdict = ListEntry.Subject, ListEntry.Verdict


class NotListable(PetitionsError):
    """What was written names nobody that a line could be about."""


@transaction.atomic
def add_entry(
    verdict: str,
    *,
    address: str = "",
    domain: str = "",
    signature: Signature | None = None,
    wide: bool = False,
    petition: Petition | None = None,
    until: datetime | None = None,
    reason: str,
    by: User,
    now: datetime,
) -> ListEntry:
    """Write a line about an address, a mail domain with all below it, or the network of a signature (`wide`: /24, /48).

    Of an address only the fingerprint is kept. A network is known by its hash of that day, so such a line is about that
    day only and ends with its key. Raises NotListable.
    """
    entry = ListEntry(verdict=verdict, petition=petition, until=until, reason=reason, by=by, at=now)
    if address:
        try:
            entry.hash = address_fingerprint(canonical(normalize(address)))
        except InvalidAddress as exc:
            raise NotListable(_("This does not look like an e-mail address.")) from exc
        entry.subject = Subject.ADDRESS
    elif domain:
        entry.subject, entry.domain = Subject.DOMAIN, plain_domain(domain)
    else:
        found = signature and (signature.network_range_hash if wide else signature.network_hash)
        if signature is None or not found:
            raise NotListable(_("The network of this signature is not known any more."))
        ends = signature.created_at + timedelta(days=KEPT_DAYS)
        entry.subject, entry.hash, entry.until = Subject.NETWORK, bytes(found), min(until or ends, ends)
    entry.save()
    audit.record("petitions.add_listentry", entry, by=by, now=now, verdict=entry.verdict, subject=entry.subject)
    return entry


@transaction.atomic
def end_entry(entry_id: int, *, reason: str, by: User, now: datetime) -> None:
    """Let a line end now; it stays for the record. One that has ended already is left alone."""
    entry = ListEntry.objects.select_for_update().get(pk=entry_id)
    if entry.is_in_force(now):
        entry.until = now
        entry.save(update_fields=["until"])
        audit.record("petitions.end_listentry", entry, by=by, reason=reason, now=now)


def plain_domain(domain: str) -> str:
    """The ASCII form of a mail domain, however it was typed. Raises NotListable."""
    typed = domain.strip().rpartition("@")[2].strip(".").lower()
    try:
        found = ascii_form(normalize(f"a@{typed}")).rpartition("@")[2]
    except (InvalidAddress, UnicodeError) as exc:
        raise NotListable(_("This does not look like a mail domain. An example: people.example.")) from exc
    return canonical(f"a@{found}").rpartition("@")[2]


def hold_source(rule: LimitRule, *, domain: str, source: bytes, now: datetime) -> None:
    """Write that a source which passed a limit is held for as long as the limit looks back, at least an hour."""
    span = timedelta(seconds=rule.seconds)
    is_domain = rule.scope == LimitRule.Scope.DOMAIN
    _hold(
        Subject.DOMAIN if is_domain else Subject.NETWORK,
        domain if is_domain else "",
        b"" if is_domain else source,
        why=f"{rule.scope}: {rule.limit} / {rule.seconds} s",
        petition_id=rule.petition_id,
        since=now - span,
        until=now + max(span, timedelta(hours=1)),
        now=now,
    )


def hold_network(network: bytes, *, why: str, since: datetime, until: datetime, now: datetime) -> None:
    """Write that a network is held, and what came from it `since` then."""
    _hold(Subject.NETWORK, "", network, why=why, petition_id=None, since=since, until=until, now=now)


@transaction.atomic
def _hold(
    subject: str,
    domain: str,
    source: bytes,
    *,
    why: str,
    petition_id: int | None,
    since: datetime,
    until: datetime,
    now: datetime,
) -> None:
    """A line by nobody, for moderators to look at and for sweep() to look back from; one at a time a source."""
    lines = ListEntry.objects.filter(subject=subject, domain=domain, hash=source, petition=petition_id)
    if lines.filter(verdict=Verdict.HOLD, by=None, until__gt=now, since__lte=since).exists():
        return
    entry = ListEntry.objects.create(
        subject=subject,
        domain=domain,
        hash=source,
        petition_id=petition_id,
        verdict=Verdict.HOLD,
        reason=why,
        since=since,
        until=until,
        at=now,
    )
    audit.record("petitions.add_listentry", entry, by=None, now=now, verdict=entry.verdict, subject=entry.subject)
