"""Where a request came from, as a hash that means nothing after thirty days. No address is stored."""

import hashlib
import hmac
import ipaddress
import secrets
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from privacy.models import NetworkKey

KEPT_DAYS = 30


def client_address(request: HttpRequest) -> str:
    """The address of the client: the peer, or the hop before TRUSTED_PROXY_COUNT proxies of ours."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXY_COUNT
    if trusted and len(hops) >= trusted:
        return hops[-trusted]
    return request.META.get("REMOTE_ADDR", "")


def network_hash(request: HttpRequest, now: datetime, *, wide: bool = False) -> bytes:
    """A keyed hash (16 bytes) of the client's network: /32, or /24 when `wide`; /64 and /48 for IPv6.

    A /64 is the least that one line is given, so that nobody gets a new network by choosing a new address.
    """
    try:
        address = ipaddress.ip_address(client_address(request).strip("[]").partition("%")[0])
    except ValueError:
        network = "unknown"
    else:
        address = getattr(address, "ipv4_mapped", None) or address  # ::ffff:192.0.2.1
        prefix = (24 if wide else 32) if address.version == 4 else (48 if wide else 64)
        network = str(ipaddress.ip_network((address, prefix), strict=False))
    return hmac.digest(_key_of(now.date()), network.encode(), hashlib.sha256)[:16]


@lru_cache(maxsize=2)
def _key_of(day: date) -> bytes:
    row, _ = NetworkKey.objects.get_or_create(day=day, defaults={"key": secrets.token_bytes(32)})
    return bytes(row.key)
