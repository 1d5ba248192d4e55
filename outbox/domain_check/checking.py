"""One check of a domain, and of ours, with what was found kept for the desk."""

from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from outbox.composing import envelope_sender
from outbox.domain_check.dkim import check_dkim
from outbox.domain_check.dmarc import check_dmarc
from outbox.domain_check.exchangers import check_exchangers
from outbox.domain_check.finding import Finding, Level, shown, worst
from outbox.domain_check.questions import LIMIT, NoAnswer, Questions
from outbox.domain_check.spf import check_spf
from outbox.models import DomainCheck
from outbox.recipients import domain_key


def our_domain() -> str:
    """The domain our mail is signed for, as the DNS knows it."""
    return domain_key(settings.MAIL_DOMAIN)


def check(domain: str, *, selector: str, from_domain: str, bounce_domain: str, limit: float = LIMIT) -> list[Finding]:
    """Everything found out about a domain within `limit` seconds, in the order SPF, DKIM, DMARC, MX; never empty.

    SPF and MX are asked of the domain of the envelope sender, DMARC of that in the From line.
    """
    try:
        ask = Questions(limit=limit)
        if not ask.texts(domain).exists:
            return [Finding("domain", Level.ERROR, "domain_missing", {"name": shown(domain)})]
    except NoAnswer as exc:
        return [exc.finding("domain")]
    parts: list[Callable[[], list[Finding]]] = [
        lambda: check_spf(bounce_domain, ask),
        lambda: check_dkim(domain, selector, ask),
        lambda: check_dmarc(from_domain, domain, bounce_domain, ask),
        lambda: check_exchangers(bounce_domain, ask),
    ]
    return [finding for part in parts for finding in part()]


def check_ours() -> list[Finding]:
    """The same for the domain, addresses and selector of the settings."""
    from_address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return check(
        our_domain(),
        selector=settings.DKIM_SELECTOR,
        from_domain=domain_key(from_address.rpartition("@")[2]),
        bounce_domain=domain_key(envelope_sender().rpartition("@")[2]),
    )


def check_and_keep(now: datetime) -> DomainCheck:
    """Check our domain and keep the result, one row for each domain; asks name servers, so not in a transaction."""
    findings = check_ours()
    kept, _created = DomainCheck.objects.update_or_create(
        domain=our_domain(),
        defaults={
            "state": worst(findings).value,
            "findings": [finding.as_json() for finding in findings],
            "checked_at": now,
        },
    )
    return kept
