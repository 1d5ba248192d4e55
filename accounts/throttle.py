"""Guessing is slowed down: for passwords, second factors, recovery codes and mailed codes together, over all processes.

Strangers share one counter for each account and one for each network. A browser in which the person has signed in
before has a counter of its own, so that nobody can lock them out of it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.exceptions import TooManyTries
from privacy import throttle

logger = logging.getLogger(__name__)

TRIES_PER_ACCOUNT = 20
TRIES_PER_NETWORK = 100
TRIES_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Source:
    """Where a try comes from: the network's hash, and what the known device of that very account is counted under."""

    network: bytes
    device: bytes = b""


def count_try(account: bytes | None, source: Source, *, now: datetime) -> None:
    """Count one try for an account, by the fingerprint of its address; None where there can be none.

    Raises TooManyTries.
    """
    if source.device:
        within = [_hit("try-device", source.device, TRIES_PER_ACCOUNT, now)]
    else:
        within = [_hit("try-network", source.network, TRIES_PER_NETWORK, now)]
        if account is not None:
            within.append(_hit("try-account", account, TRIES_PER_ACCOUNT, now))
    if not all(within):
        logger.warning(
            "tries above the limit for %s", "a known browser" if source.device else "an account or a network"
        )
        raise TooManyTries(_("Too many tries. Please wait ten minutes."))


def note_refusal(secret: str, user_id: int | None = None) -> None:
    """Write to the log that a secret was refused: of which kind, and whose where that is known anyway."""
    logger.warning("%s refused, user %s", secret, user_id or "unknown")


def _hit(scope: str, key: bytes, limit: int, now: datetime) -> bool:
    return throttle.hit(scope, key, limit=limit, per=TRIES_WINDOW, now=now)
