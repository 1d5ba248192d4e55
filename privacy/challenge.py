"""A challenge before a form is taken: a proof of work, or a wait. Nothing is stored and nobody else is asked.

A challenge is `1.<subject>.<window>.<bits>.<MAC>`, the same for everybody while its page is kept. Its proof is a number
such that SHA-256 over P and the number (8 bytes, big-endian) begins with `bits` zero bits, where P is SHA-256 over the
challenge, a line feed and the address. So a proof serves one form (the subject), one address and ten to twenty minutes;
`static/js/challenge.js` finds it. Whoever has no JavaScript waits instead: the token of a wait is bound to the form,
the address and the network it was given to.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from privacy.tokens import keyed_hash

WINDOW = timedelta(minutes=10)
WINDOWS_VALID = 2  # the one in which it was issued, and the next, for whoever reads slowly
MAX_PROOF = 2**53 - 1  # as far as JavaScript counts exactly
CHALLENGE = re.compile(r"(1\.(\d{1,19})\.(\d{1,10})\.(\d{1,2}))\.([0-9a-f]{32})", re.ASCII)
PROOF = re.compile(r"\d{1,16}", re.ASCII)
WAIT = re.compile(r"1\.(\d{1,10})\.([0-9a-f]{32})", re.ASCII)
BLANKS = " \t\n\f\r"  # what browsers trim from the field


class Verdict(Enum):
    PROVED = auto()
    EXPIRED = auto()  # a challenge of ours for this form, too old
    WRONG = auto()  # none, forged, for another form or address, or not solved


def issue(subject: int, bits: int, *, now: datetime) -> str:
    """Return the challenge of this moment for a form, at most 80 characters. `subject` is the form's row."""
    stem = f"1.{subject}.{_window(now)}.{bits}"
    return f"{stem}.{_mac('challenge', stem)}"


def judge(challenge: str, proof: str, *, subject: int, address: str, now: datetime) -> Verdict:
    """Say whether the number `proof` solves the challenge for this form and this address, as typed."""
    parts = CHALLENGE.fullmatch(challenge)
    if not parts or not hmac.compare_digest(parts[5], _mac("challenge", parts[1])) or int(parts[2]) != subject:
        return Verdict.WRONG
    if int(parts[3]) + WINDOWS_VALID <= _window(now):
        return Verdict.EXPIRED
    if not PROOF.fullmatch(proof) or int(proof) > MAX_PROOF:
        return Verdict.WRONG
    return Verdict.PROVED if _zero_bits(_prefix(challenge, address), int(proof)) >= int(parts[4]) else Verdict.WRONG


def solve(challenge: str, address: str) -> int:
    """Find the proof, as the browser does: 2 ** bits attempts on average. For tests and honest scripts."""
    prefix, bits, number = _prefix(challenge, address), int(challenge.split(".")[3]), 0
    while _zero_bits(prefix, number) < bits:
        number += 1
    return number


def wait_token(opens_at: datetime, *, subject: int, address: str, network: bytes) -> str:
    """Return the token with which this form is taken from `opens_at` on (whole seconds) without a proof."""
    seconds = int(opens_at.timestamp())
    return f"1.{seconds}.{_wait_mac(seconds, subject, address, network)}"


def read_wait(token: str, *, subject: int, address: str, network: bytes) -> datetime | None:
    """From when on the token opens; None if it is none of ours or was given to another form, address or network."""
    parts = WAIT.fullmatch(token)
    if not parts or not hmac.compare_digest(parts[2], _wait_mac(int(parts[1]), subject, address, network)):
        return None
    return datetime.fromtimestamp(int(parts[1]), UTC)


def folded(address: str) -> str:
    """The address as both sides hash it: trimmed, A to Z in lower case. The rest of Unicode folds too variously."""
    return re.sub("[A-Z]+", lambda found: found[0].lower(), address.strip(BLANKS))


def _prefix(challenge: str, address: str) -> bytes:
    return hashlib.sha256(f"{challenge}\n{folded(address)}".encode(errors="replace")).digest()


def _zero_bits(prefix: bytes, number: int) -> int:
    digest = hashlib.sha256(prefix + number.to_bytes(8)).digest()
    return 256 - int.from_bytes(digest).bit_length()


def _wait_mac(seconds: int, subject: int, address: str, network: bytes) -> str:
    return _mac("challenge wait", f"{seconds}.{subject}.{network.hex()}.{folded(address)}")


def _mac(purpose: str, value: str) -> str:
    return keyed_hash(purpose, value).hex()[:32]


def _window(now: datetime) -> int:
    return int(now.timestamp() // WINDOW.total_seconds())
