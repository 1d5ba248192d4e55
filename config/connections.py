"""Whether what the site says to its own servers can be read or answered by others on the way."""

import ipaddress
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

SAFE_SSLMODES = {"verify-full", "verify-ca"}  # the others encrypt for whoever answers


def open_connections() -> dict[str, str]:
    """The settings of servers elsewhere that are reached in clear or without looking at a certificate: what to write.

    Servers on this machine, by loopback or socket, are left out.
    """
    found = {}
    database = settings.DATABASES["default"]
    sslmode = (database.get("OPTIONS") or {}).get("sslmode")
    if "postgresql" in database["ENGINE"] and not _is_here(database.get("HOST")) and sslmode not in SAFE_SSLMODES:
        found["DATABASE_URL"] = "postgres://…?sslmode=verify-full"
    if settings.REDIS_URL and not _is_safe_redis(settings.REDIS_URL):
        found["REDIS_URL"] = "rediss://…?ssl_cert_reqs=required"
    if (
        settings.EMAIL_URL
        and not _is_here(settings.EMAIL_HOST)
        and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    ):
        found["EMAIL_URL"] = "smtp+tls://…"
    return found


def _is_safe_redis(url: str) -> bool:
    """Celery looks at no certificate unless the URL says so."""
    parts = urlsplit(url)
    verified = parse_qs(parts.query).get("ssl_cert_reqs") == ["required"]
    return _is_here(parts.hostname) or parts.scheme == "unix" or (parts.scheme == "rediss" and verified)


def _is_here(host: str | None) -> bool:
    if not host or host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
