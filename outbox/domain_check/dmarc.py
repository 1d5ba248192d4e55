"""DMARC (RFC 7489): what receivers do with mail that only pretends to come from us, and to whom they report it."""

import re

from outbox.domain_check import tags
from outbox.domain_check.finding import Details, Finding, Level, shown
from outbox.domain_check.questions import NoAnswer, Questions

POLICIES = {"none", "quarantine", "reject"}
MOST_PARENTS = 5
_RECORD = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")
_REPORT = re.compile(r"mailto:[^@\s,!]+@[^@\s,!]+(?:![0-9]+[kmgt]?)?", re.IGNORECASE)


def check_dmarc(from_domain: str, signing_domain: str, bounce_domain: str, ask: Questions) -> list[Finding]:
    """What is right and wrong with the policy for the domain of our From line, and whether our mail falls under it."""
    try:
        where, records = _find(from_domain, ask)
    except NoAnswer as exc:
        return [exc.finding("dmarc")]
    details: Details = {"name": shown(f"_dmarc.{where or from_domain}", 160)}
    if not records:
        return [Finding("dmarc", Level.ERROR, "dmarc_missing", details)]
    if len(records) > 1:
        return [Finding("dmarc", Level.ERROR, "dmarc_several", details | {"count": len(records)})]
    try:
        found = tags.parse(records[0])
    except tags.WrongTag as exc:
        return [Finding("dmarc", Level.ERROR, "dmarc_syntax", details | {"term": shown(str(exc))})]
    wrong = _wrong(found)
    if wrong:
        return [Finding("dmarc", Level.ERROR, "dmarc_syntax", details | {"term": shown(wrong)})]
    findings = [*_policy(found, details, inherited=where != from_domain), *_reports(found, details)]
    strict_spf, strict_dkim = found.get("aspf", "r").lower() == "s", found.get("adkim", "r").lower() == "s"
    aligned_spf = is_aligned(from_domain, bounce_domain, strict=strict_spf)
    aligned_dkim = is_aligned(from_domain, signing_domain, strict=strict_dkim)
    said = {"from_domain": shown(from_domain), "signing": shown(signing_domain), "bounces": shown(bounce_domain)}
    if not aligned_spf and not aligned_dkim:
        findings.append(Finding("dmarc", Level.ERROR, "dmarc_not_aligned", said))
    elif not aligned_spf or not aligned_dkim:
        findings.append(Finding("dmarc", Level.WARNING, "dmarc_half_aligned", said))
    return findings or [Finding("dmarc", Level.OK, "dmarc_ok", details | {"policy": found["p"].lower()})]


def is_aligned(from_domain: str, other: str, *, strict: bool) -> bool:
    """Whether receivers take the two for one: equal, or, unless strict, one under the other."""
    from_domain, other = from_domain.lower(), other.lower()
    if strict or from_domain == other:
        return from_domain == other
    return from_domain.endswith(f".{other}") or other.endswith(f".{from_domain}")


def _find(domain: str, ask: Questions) -> tuple[str, list[str]]:
    """(the domain whose record counts, its records): that of the domain, else of the nearest parent that has one."""
    labels = domain.split(".")
    for above in range(min(max(len(labels) - 1, 1), MOST_PARENTS)):
        name = ".".join(labels[above:])
        records = [text for text in ask.texts(f"_dmarc.{name}").records if _RECORD.match(text)]
        if records:
            return name, records
    return "", []


def _wrong(found: dict[str, str]) -> str:
    """The first tag that receivers cannot use, as it stands there; "" when all are good."""
    if "p" not in found:
        return "p="
    allowed = {"p": POLICIES, "sp": POLICIES, "adkim": {"r", "s"}, "aspf": {"r", "s"}}
    for tag, values in allowed.items():
        if tag in found and found[tag].lower() not in values:
            return f"{tag}={found[tag]}"
    if "pct" in found and not (found["pct"].isascii() and found["pct"].isdigit() and int(found["pct"][:4]) <= 100):
        return f"pct={found['pct']}"
    return ""


def _policy(found: dict[str, str], details: Details, *, inherited: bool) -> list[Finding]:
    policy = (found.get("sp", found["p"]) if inherited else found["p"]).lower()
    if policy == "none":
        return [Finding("dmarc", Level.WARNING, "dmarc_none", details)]
    if int(found.get("pct", "100")) < 100:
        return [Finding("dmarc", Level.WARNING, "dmarc_part", details | {"percent": int(found["pct"])})]
    return []


def _reports(found: dict[str, str], details: Details) -> list[Finding]:
    if not found.get("rua"):
        return [Finding("dmarc", Level.WARNING, "dmarc_no_reports", details)]
    wrong = [uri.strip() for uri in found["rua"].split(",") if not _REPORT.fullmatch(uri.strip())]
    return [Finding("dmarc", Level.WARNING, "dmarc_reports", details | {"term": shown(wrong[0])})] if wrong else []
