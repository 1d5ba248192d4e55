"""Whom mail may go to: one plain mailbox, in a domain that the settings allow."""

import idna
from django.conf import settings

from outbox.exceptions import DomainNotAllowed, UnusableAddress
from privacy.addresses import InvalidAddress, normalize


def envelope_form(address: str) -> str:
    """Return the address as an SMTP envelope carries it: one plain mailbox, the domain in lower-case ASCII.

    Raises UnusableAddress for everything that servers may read in two ways: source routes, quoted local parts,
    several `@`, brackets, comments, trailing dots, control characters.
    """
    try:
        local, _, domain = normalize(address).rpartition("@")
        return f"{local}@{domain_key(domain)}"
    except (InvalidAddress, UnicodeError) as exc:  # idna's errors are UnicodeErrors
        raise UnusableAddress from exc


def check_allowed(address: str) -> None:
    """Raise DomainNotAllowed unless ALLOWED_MAIL_DOMAINS holds the domain, one above it, or `*`.

    Takes what `envelope_form` returned. `%` and `!` before the `@` are routes to some servers: refused with a list.
    """
    local, _, domain = address.rpartition("@")
    allowed = {domain_key(name) for name in settings.ALLOWED_MAIL_DOMAINS}
    if "*" in allowed:
        return
    if (
        "%" in local
        or "!" in local
        or not any(domain == name or domain.endswith(f".{name}") for name in allowed if name)
    ):
        raise DomainNotAllowed


def domain_key(domain: str) -> str:
    """One spelling of a domain: lower case, ASCII form (IDNA 2008, as address validation has it), no outer dots."""
    domain = domain.strip().strip(".").lower()
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
