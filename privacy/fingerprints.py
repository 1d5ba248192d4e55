"""Keyed fingerprints: equality without the value."""

import hashlib
import hmac

from django.conf import settings

from privacy.crypto import read_key

FINGERPRINT_BYTES = 32


def fingerprint(value: str, *, purpose: str) -> bytes:
    """HMAC-SHA256 (32 bytes) of `value` under FINGERPRINT_KEY.

    The same value under two purposes has two unrelated fingerprints, so that tables cannot be
    joined on them unless they share the purpose by intent.
    """
    key = read_key(settings.FINGERPRINT_KEY, "FINGERPRINT_KEY")
    return hmac.digest(key, f"{purpose}\x00{value}".encode(), hashlib.sha256)


def address_fingerprint(canonical_address: str) -> bytes:
    """The fingerprint under which an address is known in every room."""
    return fingerprint(canonical_address, purpose="address")
