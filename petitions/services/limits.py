"""Judging a signature before it is written: lists, limits and signals, each of them one sentence for staff."""

import logging
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from petitions.exceptions import TooManySignatures
from petitions.models import LimitRule, ListEntry, Petition
from petitions.services import lists
from petitions.services.defence import set_challenge
from petitions.services.signals import (
    PROVIDERS,
    Signal,
    domain_hash,
    domains_of,
    is_disposable,
    signals_of,
)
from privacy import throttle
from privacy.fingerprints import address_fingerprint
from privacy.throttle import Hit

logger = logging.getLogger(__name__)

Scope, Action = LimitRule.Scope, LimitRule.Action
Subject, ListVerdict = ListEntry.Subject, ListEntry.Verdict

CACHE_SECONDS = 10.0  # how long another process may still go by the old rules
SAMPLE = 4  # of a petition's signatures one in so many is counted: a hot petition writes no hot row
SAMPLED_FROM = 40
SWEPT_FROM = 600  # seconds: a limit over a shorter span says something of its moment only
WAITED = Hit("waited", b"", 10, timedelta(hours=1))  # under one petition: few people have no JavaScript
MAX_SUSPICION = 60  # characters of the column


@dataclass(frozen=True)
class Verdict:
    """What becomes of a signature: taken, taken and held (`suspicion` says why), or not taken at all."""

    suspicion: str = ""  # "disposable network", names of rules
    is_blocked: bool = False
    domain_hash: bytes | None = None


@dataclass(frozen=True)
class Rules:
    """Everything that staff edit, as it was at one moment."""

    limits: list[LimitRule] = field(default_factory=list)
    domains: dict[str, list[ListEntry]] = field(default_factory=dict)
    hashes: dict[bytes, list[ListEntry]] = field(default_factory=dict)


class _Cache:
    rules: Rules | None = None
    loaded_at = 0.0  # on the clock of time.monotonic()


_cache = _Cache()


def forget() -> None:
    """Read the rules anew with the next signature; other processes follow within CACHE_SECONDS."""
    _cache.rules = None


def judge(
    petition: Petition,
    *,
    address: str,
    network: bytes | None,
    network_range: bytes | None,
    waited: bool = False,
    now: datetime,
) -> Verdict:
    """Count a signature that is about to be written, and say what becomes of it.

    `address` is canonical, `waited` that a wait stands in for the proof of work. One round trip to the counters; no
    query but every CACHE_SECONDS, and when a limit is passed for the first time. Call it outside a transaction.
    Raises TooManySignatures.
    """
    domain = address.rpartition("@")[2]
    if network is None:  # nobody came over the net: the demonstration is being loaded
        return Verdict(domain_hash=domain_hash(domain))
    rules = _rules(now)
    entry = _entry_for(rules, petition, address, domain, network, network_range, now)
    hashed = domain_hash(domain)
    if entry and entry.verdict == ListVerdict.ALLOW:
        return Verdict(domain_hash=hashed)
    if entry and entry.verdict == ListVerdict.BLOCK:
        return Verdict(is_blocked=True, domain_hash=hashed)
    sources = {
        Scope.NETWORK: network,
        Scope.WIDE: network_range,
        Scope.DOMAIN: None if domain in PROVIDERS else hashed,
        Scope.PETITION: petition.pk.to_bytes(8),
    }
    asked = [
        (rule, _hit(rule, petition, sources[Scope(rule.scope)]))
        for rule in rules.limits
        if _applies(rule, petition, sources)
    ]
    signals = signals_of(address, petition.pk, network_range)
    if waited:
        signals.append(Signal("waited", Hit(WAITED.scope, petition.pk.to_bytes(8), WAITED.limit, WAITED.per)))
    passed = throttle.hit_many([hit for _rule, hit in asked] + [signal.hit for signal in signals], now=now)
    over = [rule for (rule, _hit), had_room in zip(asked, passed, strict=False) if not had_room]
    reasons = {signal.name for signal, had_room in zip(signals, passed[len(asked) :], strict=True) if not had_room}
    if is_disposable(domain):
        reasons.add("disposable")
    if entry:
        reasons.add("list" if entry.by_id else entry.subject)
    for rule in over:
        reasons |= _follow(rule, petition, domain, sources[Scope(rule.scope)], now)
    return Verdict(" ".join(sorted(reasons))[:MAX_SUSPICION], domain_hash=hashed)


def rate_of(rule: LimitRule, petition: Petition, now: datetime) -> int:
    """How many signatures this limit of a petition has counted within its span, at most its limit."""
    hit = _hit(rule, petition, petition.pk.to_bytes(8))
    return throttle.count(hit.scope, hit.key, per=hit.per, now=now) * _sample(rule)


def _rules(now: datetime) -> Rules:
    if _cache.rules is None or time.monotonic() - _cache.loaded_at > CACHE_SECONDS:
        domains: dict[str, list[ListEntry]] = {}
        hashes: dict[bytes, list[ListEntry]] = {}
        for entry in ListEntry.objects.exclude(until__lte=now):
            if entry.subject == Subject.DOMAIN:
                domains.setdefault(entry.domain, []).append(entry)
            else:
                hashes.setdefault(bytes(entry.hash), []).append(entry)
        limits = list(LimitRule.objects.filter(is_on=True).order_by("pk"))
        _cache.rules, _cache.loaded_at = Rules(limits, domains, hashes), time.monotonic()
    return _cache.rules


def _entry_for(
    rules: Rules,
    petition: Petition,
    address: str,
    domain: str,
    network: bytes | None,
    network_range: bytes | None,
    now: datetime,
) -> ListEntry | None:
    """The line that decides: about the address itself first, then what staff block, hold, allow, then the limits'."""
    if not rules.domains and not rules.hashes:
        return None
    found = [entry for name in domains_of(domain) for entry in rules.domains.get(name, [])]
    for key in (address_fingerprint(address), network, network_range):
        found += rules.hashes.get(key, []) if key else []
    order = [ListVerdict.BLOCK, ListVerdict.HOLD, ListVerdict.ALLOW]
    fitting = [e for e in found if e.is_in_force(now) and e.petition_id in (None, petition.pk)]
    return min(
        fitting,
        key=lambda e: (e.subject != Subject.ADDRESS, e.by_id is None, order.index(ListVerdict(e.verdict))),
        default=None,
    )


def _applies(rule: LimitRule, petition: Petition, sources: dict[LimitRule.Scope, bytes | None]) -> bool:
    if rule.petition_id not in (None, petition.pk) or sources[Scope(rule.scope)] is None:
        return False
    if rule.action == Action.CHALLENGE and petition.challenge_since is not None and rule.scope != Scope.PETITION:
        return False
    return _sample(rule) == 1 or secrets.randbelow(SAMPLE) == 0


def _sample(rule: LimitRule) -> int:
    return SAMPLE if rule.scope == Scope.PETITION and rule.limit >= SAMPLED_FROM else 1


def _hit(rule: LimitRule, petition: Petition, source: bytes | None) -> Hit:
    """A rule for one petition counts there; a rule for all counts a source over all of them."""
    of_petition = b"" if rule.petition_id is None else petition.pk.to_bytes(8)
    per = timedelta(seconds=rule.seconds)
    return Hit(f"limit-{rule.pk}", of_petition + (source or b""), rule.limit // _sample(rule), per)


def _follow(rule: LimitRule, petition: Petition, domain: str, source: bytes | None, now: datetime) -> set[str]:
    """What a passed limit brings; returns why the signature is held. Raises TooManySignatures."""
    if rule.action == Action.REFUSE:
        raise TooManySignatures(
            _("Many signatures came from your network in the last minutes. Please try again in ten minutes.")
        )
    if rule.action == Action.CHALLENGE:
        if petition.challenge_since is None:
            set_challenge(petition.pk, True, by=None, now=now)
        return set()
    if rule.seconds >= SWEPT_FROM and rule.scope != Scope.PETITION:
        lists.hold_source(rule, domain=domain, source=source or b"", now=now)
        forget()
    return {Scope(rule.scope).value}
