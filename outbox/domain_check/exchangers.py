"""MX (RFC 5321, RFC 7505): whether what cannot be delivered finds its way back to us."""

from outbox.domain_check.finding import Details, Finding, Level, shown
from outbox.domain_check.questions import NoAnswer, Questions

LOOKED_AT = 5  # mail exchangers whose address is asked for


def check_exchangers(domain: str, ask: Questions) -> list[Finding]:
    """What is right and wrong with the hosts that take mail for the domain of our envelope sender."""
    details: Details = {"name": shown(domain)}
    try:
        hosts = ask.exchangers(domain).records
        if hosts == ["."]:
            return [Finding("mx", Level.ERROR, "mx_null", details)]
        if not hosts:
            if ask.addresses(domain).records:
                return [Finding("mx", Level.WARNING, "mx_implicit", details)]
            return [Finding("mx", Level.ERROR, "mx_missing", details)]
        dead = [host for host in hosts[:LOOKED_AT] if not ask.addresses(host).records]
    except NoAnswer as exc:
        return [exc.finding("mx")]
    if dead:
        level = Level.ERROR if len(dead) == len(hosts) else Level.WARNING
        return [Finding("mx", level, "mx_dead", details | {"host": shown(dead[0].rstrip("."))})]
    return [Finding("mx", Level.OK, "mx_ok", details | {"host": shown(hosts[0].rstrip("."))})]
