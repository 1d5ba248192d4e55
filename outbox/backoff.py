"""When a message is tried again: by what stood in the way, and how often it did."""

import re
from datetime import timedelta

CAP = timedelta(hours=6)
MAX_ATTEMPTS = 20

_WAITS = {  # seconds after the first, second, … refusal; CAP after the last
    "greylisted": (300, 600, 1800, 3600, 7200),
    "throttled": (900, 1800, 3600, 7200),
    "full": (3600, 7200, 14400),
    "other": (10, 30, 120, 600, 1800, 3600, 7200),
}
_CLASSES = [  # the first that fits; what servers write is no standard beyond its numbers (RFC 3463)
    ("full", re.compile(r"^452|\b4\.2\.2\b|\bquota\b|\bfull\b", re.IGNORECASE)),
    ("greylisted", re.compile(r"gr[ae]y.?list|^45[01] 4\.7\.1\b", re.IGNORECASE)),
    ("throttled", re.compile(r"^421|\b4\.7\.(?:0|28)\b|too many|\brate\b", re.IGNORECASE)),
]
# RFC 3463: no such mailbox, no such system, bad syntax, moved away; RFC 7505: takes no mail at all.
_DEAD = re.compile(r"^55\d[ -]5\.1\.(?:1|2|3|6|10)\b")


def error_class(reply: str) -> str:
    """ "full", "greylisted", "throttled" or "other", by what the server answered."""
    return next((name for name, pattern in _CLASSES if pattern.search(reply)), "other")


def wait(reply: str, attempts: int) -> timedelta:
    """How long to wait after this answer to the so-manieth attempt, at most six hours."""
    waits = _WAITS[error_class(reply)]
    return min(timedelta(seconds=waits[attempts - 1]), CAP) if 0 < attempts <= len(waits) else CAP


def is_dead(reply: str) -> bool:
    """Whether a permanent refusal says that there is no such mailbox."""
    return bool(_DEAD.match(reply))
