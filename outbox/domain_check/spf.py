"""SPF (RFC 7208): which servers may send for a domain, and whether receivers can work it out."""

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from outbox.domain_check.finding import Finding, Level, shown
from outbox.domain_check.questions import NoAnswer, Questions

LOOKUPS = 10  # RFC 7208, 4.6.4: with more, receivers give up
STOP_AFTER = 30  # lookups; whoever is so far over the limit needs no exact figure
ASKS = {"include", "a", "mx", "ptr", "exists"}  # the mechanisms that cost a lookup

_RECORD = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9._-]*)=(.*)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"([+\-~?]?)([a-z][a-z0-9]*)(?::([^/]*))?((?:/\d{1,3})?(?://\d{1,3})?)", re.IGNORECASE)
_MACRO = re.compile(r"%(?:\{[slodiphcrtv]\d*r?[.\-+,/_=]*\}|%|_|-)", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}\.?", re.IGNORECASE)


class WrongTerm(ValueError):
    """A term that RFC 7208 does not know; its text is the message."""


@dataclass(frozen=True)
class Term:
    name: str
    value: str = ""
    qualifier: str = "+"


@dataclass
class _Walk:
    """What was counted and found on the way through a record and those it includes."""

    ask: Questions
    lookups: int = 0
    has_ptr: bool = False
    findings: list[Finding] = field(default_factory=list)

    def note(self, level: Level, code: str, **details: object) -> None:
        self.findings.append(Finding("spf", level, code, details))


def check_spf(domain: str, ask: Questions) -> list[Finding]:
    """What is right and wrong with the SPF record of a domain, those it includes followed."""
    walk = _Walk(ask)
    try:
        terms = _terms_of(domain, walk, "")
        every = _follow(domain, terms, walk, (domain.lower(),)) if terms is not None else ""
    except NoAnswer as exc:
        return [*walk.findings, exc.finding("spf")]
    if terms is None:
        return walk.findings
    if walk.lookups > LOOKUPS:
        walk.note(Level.ERROR, "spf_lookups", count=walk.lookups)
    if walk.has_ptr:
        walk.note(Level.WARNING, "spf_ptr")
    wrong = {"+": (Level.ERROR, "spf_everybody"), "?": (Level.WARNING, "spf_neutral"), "": (Level.WARNING, "spf_open")}
    if every in wrong:
        walk.note(*wrong[every])
    return walk.findings or [Finding("spf", Level.OK, "spf_ok", {"count": walk.lookups})]


def parse(record: str) -> list[Term]:
    """The terms of a record in order. Raises WrongTerm."""
    terms: list[Term] = []
    for text in record.split(" ")[1:]:
        if text:
            terms.append(_term(text))
    for name in ("redirect", "exp"):
        if sum(term.name == name for term in terms) > 1:
            raise WrongTerm(name)
    return terms


def _term(text: str) -> Term:
    modifier = _MODIFIER.fullmatch(text)
    if modifier:
        name, value = modifier[1].lower(), modifier[2]
        if name in {"redirect", "exp"} and not _is_domain(value):
            raise WrongTerm(text)
        return Term(name, value, "")
    if text.lower().lstrip("+-~?").startswith("ip6:"):
        return Term("ip6", _network(text, IPv6Network))
    directive = _DIRECTIVE.fullmatch(text)
    if not directive:
        raise WrongTerm(text)
    qualifier, name, value, prefix = directive[1] or "+", directive[2].lower(), directive[3], directive[4]
    if name == "ip4":
        return Term(name, _network(text, IPv4Network), qualifier)
    fits = {
        "all": value is None and not prefix,
        "include": _is_domain(value) and not prefix,
        "exists": _is_domain(value) and not prefix,
        "ptr": (value is None or _is_domain(value)) and not prefix,
        "a": (value is None or _is_domain(value)) and _is_prefix(prefix),
        "mx": (value is None or _is_domain(value)) and _is_prefix(prefix),
    }
    if not fits.get(name):
        raise WrongTerm(text)
    return Term(name, value or "", qualifier)


def _network(text: str, kind: type[IPv4Network] | type[IPv6Network]) -> str:
    network = text.partition(":")[2]
    try:
        return str(kind(network, strict=False))
    except ValueError as exc:
        raise WrongTerm(text) from exc


def _is_domain(value: str | None) -> bool:
    if not value or not value.isascii() or not value.isprintable():
        return False
    if "%" in value:
        return "%" not in _MACRO.sub("", value)
    return bool(_HOST.fullmatch(value))


def _is_prefix(prefix: str) -> bool:
    four, _, six = prefix.partition("//")
    return int(four.strip("/") or 0) <= 32 and int(six or 0) <= 128


def _terms_of(domain: str, walk: _Walk, included_by: str) -> list[Term] | None:
    """The terms of a domain's one record; None, with a finding noted, when there is not exactly one good record."""
    answer = walk.ask.texts(domain)
    records = [text for text in answer.records if _RECORD.match(text)]
    details = {"name": shown(domain)}
    if len(records) == 1:
        try:
            return parse(records[0])
        except WrongTerm as exc:
            walk.note(Level.ERROR, "spf_syntax", **details, term=shown(str(exc)))
    elif records:
        walk.note(Level.ERROR, "spf_several", **details, count=len(records))
    else:
        walk.note(Level.ERROR, "spf_include_missing" if included_by else "spf_missing", **details)
    return None


def _follow(domain: str, terms: list[Term], walk: _Walk, path: tuple[str, ...]) -> str:
    """Count the lookups of these terms and of what they include; returns the qualifier of `all`, "" without one."""
    for term in terms:
        if walk.lookups > STOP_AFTER:
            return "-"
        if term.name == "all":
            return term.qualifier
        if term.name in ASKS:
            walk.lookups += 1
            walk.has_ptr |= term.name == "ptr"
        if term.name == "include":
            _enter(term.value, walk, path)
    for term in terms:
        if term.name == "redirect":
            walk.lookups += 1
            return _enter(term.value, walk, path)
    return ""


def _enter(target: str, walk: _Walk, path: tuple[str, ...]) -> str:
    """Follow an included record; returns the qualifier of its `all`, "-" where it cannot be told."""
    name = target.lower().rstrip(".")
    if "%" in name:
        return "-"  # depends on who sends
    if name in path:
        walk.note(Level.ERROR, "spf_loop", name=shown(name))
        return "-"
    terms = _terms_of(name, walk, path[-1])
    return _follow(name, terms, walk, (*path, name)) if terms is not None else "-"
