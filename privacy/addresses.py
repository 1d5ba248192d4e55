"""E-mail addresses: how they are stored, and which spellings reach the same mailbox."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3 less the angle brackets


class InvalidAddress(ValueError):
    """The text is not an address that mail can be sent to."""


RULES_KEPT = 60.0  # seconds for which a process keeps the table


@dataclass(frozen=True)
class Folding:
    """How one provider folds spellings of a mailbox."""

    domain: str  # the name that its aliases are replaced by
    ignores_dots: bool = False
    tag_separator: str = ""


class _Known:
    """The table as this process read it last, and when, on the clock of time.monotonic()."""

    foldings: Mapping[str, Folding] = {}
    read_at: float | None = None


def normalize(address: str) -> str:
    """Return the address as it is stored and written to: trimmed, NFC, domain lower-cased.

    The local part keeps its case, which only the receiving host may interpret (RFC 5321, 2.4).
    Raises InvalidAddress. Asks no name server: a person is waiting.
    """
    address = address.strip()
    if len(address) > MAX_LENGTH:
        raise InvalidAddress("too long")
    try:
        return validate_email(
            address, allow_smtputf8=False, check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError as exc:
        raise InvalidAddress(str(exc)) from exc


def ascii_form(address: str) -> str:
    """Return a normalized address as an SMTP envelope carries it: an international domain in its ASCII form."""
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode()}"


def canonical(address: str) -> str:
    """Return one spelling for all that reach the same mailbox, for comparison only.

    Lower-cased, international domains in their ASCII form, and the provider's own rules for
    dots, tags and alias domains. Takes a normalized address. The rules are those of at most a minute ago.
    """
    return folded(address, foldings())


def folded(address: str, rules: Mapping[str, Folding]) -> str:
    """The same by these rules: what they would do, before they hold."""
    local, _, domain = ascii_form(address).lower().rpartition("@")
    rule = rules.get(domain)
    if rule:
        domain = rule.domain
        if rule.tag_separator:
            local = local.split(rule.tag_separator, 1)[0] or local
        if rule.ignores_dots:
            local = local.replace(".", "") or local
    return f"{local}@{domain}"


def foldings() -> Mapping[str, Folding]:
    """The provider rules by domain, kept for a minute: signing asks no query for them."""
    if _Known.read_at is None or time.monotonic() - _Known.read_at > RULES_KEPT:
        model: Any = apps.get_model("privacy.ProviderRule")  # settings are checked before there are models
        rows = model.objects.values_list("domain", "canonical", "ignores_dots", "tag_separator")
        remember({domain: Folding(*rule) for domain, *rule in rows})
    return _Known.foldings


def remember(rules: Mapping[str, Folding]) -> None:
    """Keep these as the rules for the next minute."""
    _Known.foldings, _Known.read_at = rules, time.monotonic()


def forget() -> None:
    """Read the table again at the next address."""
    _Known.read_at = None
