"""Encryption at rest: AES-256-GCM under rotating keys, each value bound to the column it stands in."""

import base64
import binascii
import hashlib
import os
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_ID_BYTES = 4
NONCE_BYTES = 12


class Undecryptable(Exception):
    """A stored value was sealed under a key we do not have, for another column, or was changed."""


def seal(plain: bytes, *, purpose: str) -> bytes:
    """Return key id (4 bytes), nonce (12) and ciphertext with tag, under the newest key.

    `purpose` names the column; a value moved to another column does not open there.
    """
    key_id, cipher = _keyring()[0]
    nonce = os.urandom(NONCE_BYTES)
    return key_id + nonce + cipher.encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Return what `seal` was given. Raises Undecryptable."""
    key_id, nonce, body = sealed[:4], sealed[4:16], sealed[16:]
    for known, cipher in _keyring():
        if known == key_id:
            try:
                return cipher.decrypt(nonce, body, purpose.encode())
            except InvalidTag:
                break
    raise Undecryptable(f"A value of {purpose} cannot be opened with the keys in PII_KEYS.")


def opener(purpose: str) -> Callable[[bytes], bytes]:
    """`unseal` for very many values of one column: the keys are looked up once."""
    ciphers = {key_id: cipher.decrypt for key_id, cipher in _keyring()}
    associated = purpose.encode()

    def unseal_one(sealed: bytes) -> bytes:
        try:
            return ciphers[sealed[:4]](sealed[4:16], sealed[16:], associated)
        except (KeyError, InvalidTag):
            raise Undecryptable(f"A value of {purpose} cannot be opened with the keys in PII_KEYS.") from None

    return unseal_one


def current_key_id() -> bytes:
    """The first bytes of every value sealed now; rows that begin otherwise await rotation."""
    return _keyring()[0][0]


def key_ids() -> list[bytes]:
    """The ids of all keys in PII_KEYS, newest first. Raises ImproperlyConfigured for one that is none."""
    return [key_id for key_id, _cipher in _keyring()]


def read_key(text: str, name: str) -> bytes:
    """32 bytes from URL-safe base64. Raises ImproperlyConfigured naming the setting."""
    try:
        key = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(f"{name} must hold 32 random bytes in URL-safe base64.")
    return key


def _keyring() -> list[tuple[bytes, AESGCM]]:
    return _keyring_of(tuple(settings.PII_KEYS))


@lru_cache(maxsize=4)
def _keyring_of(texts: tuple[str, ...]) -> list[tuple[bytes, AESGCM]]:
    if not texts:
        raise ImproperlyConfigured("PII_KEYS is empty: nothing personal can be stored or read.")
    keys = [read_key(text, "PII_KEYS") for text in texts]
    return [(hashlib.sha256(b"key id" + key).digest()[:KEY_ID_BYTES], AESGCM(key)) for key in keys]
