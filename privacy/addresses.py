"""E-mail addresses: how they are stored, and which spellings reach the same mailbox."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3 less the angle brackets


class InvalidAddress(ValueError):
    """The text is not an address that mail can be sent to."""


@dataclass(frozen=True)
class ProviderRule:
    """How one provider folds spellings of a mailbox."""

    domain: str  # the name that its aliases are replaced by
    ignores_dots: bool = False
    tag_separator: str = ""


_GOOGLE = ProviderRule("gmail.com", ignores_dots=True, tag_separator="+")
PROVIDER_RULES = {
    "gmail.com": _GOOGLE,
    "googlemail.com": _GOOGLE,
    **{d: ProviderRule(d, tag_separator="+") for d in ("outlook.com", "hotmail.com", "live.com", "fastmail.com")},
    **{d: ProviderRule("icloud.com", tag_separator="+") for d in ("icloud.com", "me.com", "mac.com")},
    **{d: ProviderRule("proton.me", True, "+") for d in ("proton.me", "protonmail.com", "pm.me")},
    "yahoo.com": ProviderRule("yahoo.com", tag_separator="-"),
}


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
    dots, tags and alias domains. Takes a normalized address.
    """
    local, _, domain = ascii_form(address).lower().rpartition("@")
    rule = PROVIDER_RULES.get(domain)
    if rule:
        domain = rule.domain
        if rule.tag_separator:
            local = local.split(rule.tag_separator, 1)[0] or local
        if rule.ignores_dots:
            local = local.replace(".", "") or local
    return f"{local}@{domain}"
