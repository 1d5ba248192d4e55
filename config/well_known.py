"""What machines and researchers look for at fixed addresses: security.txt (RFC 9116) and robots.txt."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

LIFETIME = timedelta(days=180)  # RFC 9116 recommends less than a year
CACHED = "public, max-age=3600"
TEXT = "text/plain; charset=utf-8"
HIDDEN = ["/admin/", "/delegate/", "/signatures/", "/unsubscribe/"]


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole; the same bytes for a whole day. Not there without SECURITY_CONTACT."""
    contacts = [contact_uri(contact) for contact in settings.SECURITY_CONTACT]
    if not contacts:
        raise Http404
    midnight = datetime.combine(timezone.now().astimezone(UTC).date(), time(tzinfo=UTC))
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {midnight + LIFETIME:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, ko",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        *([f"Policy: {settings.SECURITY_POLICY_URL}"] if settings.SECURITY_POLICY_URL else []),
    ]
    return _text(lines)


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Search engines keep out of what is for signatories, delegates and staff, in every language."""
    others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    prefixes = ["", *(f"/{code}" for code in others)]
    hidden = [f"{prefix}{path}" for path in HIDDEN for prefix in (prefixes if path != "/admin/" else [""])]
    return _text(["User-agent: *", *(f"Disallow: {path}" for path in hidden)])


def contact_uri(contact: str) -> str:
    """The URI of a contact: a bare address becomes mailto:."""
    return contact if ":" in contact else f"mailto:{contact}"


def is_contact(contact: str) -> bool:
    """Whether RFC 9116 takes it: mailto:, tel:, or https://, in one line of printable ASCII."""
    uri = contact_uri(contact)
    return uri.isascii() and uri.isprintable() and " " not in uri and uri.startswith(("mailto:", "tel:", "https://"))


def _text(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type=TEXT, headers={"Cache-Control": CACHED})
