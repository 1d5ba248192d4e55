"""Whether the domain of an address is that of an organization's website: shown to whoever decides, never decisive."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def belongs_to(address: str, website: str) -> bool | None:
    """Whether mail domain and website are one, or one under the other; None where either is missing."""
    mail, host = domain_of(address), (urlsplit(website).hostname or "").removeprefix("www.")
    if not mail or not host:
        return None
    return mail == host or mail.endswith(f".{host}") or host.endswith(f".{mail}")


def in_words(address: str, website: str) -> str:
    """A sentence about the address and the website, without the local part."""
    domain, fits = domain_of(address), belongs_to(address, website)
    if fits is None:
        return _("Address at %s; the organization has no website to compare it with.") % domain
    if fits:
        return _("Address at %s, as the website of the organization.") % domain
    return _("Address at %s, which is not the domain of the organization's website.") % domain
