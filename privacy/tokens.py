"""Tokens for links: made from a row with a key outside the database, so that a dump yields none.

A token is 24 bytes, 32 characters of URL-safe base64: a 128-bit MAC over purpose, row and the
row's nonce, then the row's number masked with that MAC. A new nonce revokes what went before.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

from django.conf import settings

MAC_BYTES = 16
NONCE_BYTES = 16


def new_nonce() -> bytes:
    """16 random bytes for a row whose links shall be revocable."""
    return secrets.token_bytes(NONCE_BYTES)


def make(purpose: str, row_id: int, nonce: bytes) -> str:
    """Return the token (32 characters) for this purpose and row."""
    key = _key(settings.SECRET_KEY)
    mac = _mac(key, purpose, row_id, nonce)
    return base64.urlsafe_b64encode(mac + _masked(key, mac, row_id.to_bytes(8))).decode()


def row_ids(token: str) -> list[int]:
    """The rows this token may stand for, one for each key still accepted; [] for anything malformed.

    Fetch each row and ask `matches` with its nonce.
    """
    raw = _decode(token)
    if raw is None:
        return []
    mac, masked = raw[:MAC_BYTES], raw[MAC_BYTES:]
    candidates = [int.from_bytes(_masked(_key(secret), mac, masked)) for secret in _secrets()]
    return [row_id for row_id in candidates if row_id < 2**63]


def matches(token: str, purpose: str, row_id: int, nonce: bytes) -> bool:
    """Whether this is the row's current token, compared in constant time."""
    raw = _decode(token)
    return raw is not None and any(
        hmac.compare_digest(raw[:MAC_BYTES], _mac(_key(secret), purpose, row_id, bytes(nonce))) for secret in _secrets()
    )


def keyed_hash(purpose: str, value: str) -> bytes:
    """32 bytes that only the holder of SECRET_KEY can compute, for codes and other short secrets."""
    return hmac.digest(_key(settings.SECRET_KEY), f"{purpose}\x00{value}".encode(), hashlib.sha256)


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _key(secret: str) -> bytes:
    return hashlib.sha256(b"outcry.tokens\x00" + secret.encode()).digest()


def _mac(key: bytes, purpose: str, row_id: int, nonce: bytes) -> bytes:
    message = purpose.encode() + b"\x00" + row_id.to_bytes(8) + nonce
    return hmac.digest(key, message, hashlib.sha256)[:MAC_BYTES]


def _masked(key: bytes, mac: bytes, row: bytes) -> bytes:
    mask = hmac.digest(key, b"row" + mac, hashlib.sha256)[:8]
    return bytes(a ^ b for a, b in zip(row, mask, strict=True))


def _decode(token: str) -> bytes | None:
    try:
        raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == MAC_BYTES + 8 else None
