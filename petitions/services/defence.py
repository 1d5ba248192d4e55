"""What stands between a petition and those who stuff it: the challenge before signing, and the trap for robots."""

import math
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, switches
from accounts.models import Switch, User
from petitions.exceptions import ProofExpired, TooManySignatures, WaitFirst
from petitions.models import Petition
from petitions.services import lists
from privacy import challenge, throttle
from privacy.challenge import Verdict

# 2 ** bits attempts on average: 17 take half a second on a slow telephone, 21 some eight.
BASE_BITS, MAX_BITS = 17, 21
# Signatures in ten minutes from which the work doubles with their number: 400 ask 18 bits, 3,200 ask 21.
LOAD_THRESHOLD, LOAD_WINDOW = 200, timedelta(minutes=10)
LOAD_SAMPLE = 8  # one signature in so many is counted: a hot petition writes no hot row
WAIT_LIFETIME = timedelta(minutes=30)  # how long a wait may be made use of once it is over
# Waits that begin in ten minutes: in one network, and in its /24 or /48.
WAITS_PER_NETWORK, WAITS_PER_RANGE, WAITS_WINDOW = 5, 10, timedelta(minutes=10)
TRAPS_OF_NETWORK, TRAP_SPAN = 3, timedelta(hours=1)
TRAP_LIMIT, TRAP_WINDOW = 1_000, timedelta(days=1)


@transaction.atomic
def set_challenge(petition_id: int, on: bool, *, by: User | None, reason: str = "", now: datetime) -> Petition:
    """Ask signatories of a petition for a proof of work, or stop asking; `by` is None for a detector.

    A second time changes nothing and writes no audit line. Pages follow within PAGE_CACHE_SECONDS.
    """
    petition = Petition.objects.select_for_update(of=["self"], no_key=True).get(pk=petition_id)
    if (petition.challenge_since is not None) != on:
        petition.challenge_since = now if on else None
        petition.save(update_fields=["challenge_since"])
        act = "petitions.ask_challenge" if on else "petitions.stop_challenge"
        audit.record(act, petition, by=by, reason=reason, now=now)
    return petition


def is_challenged(petition: Petition) -> bool:
    """Whether signing asks for a proof of work: here, or on the whole site. Not while nobody can sign anyway."""
    asked = petition.challenge_since is not None or switches.is_on(Switch.Key.CHALLENGE)
    return asked and switches.takes_signatures()


def challenge_for(petition: Petition, *, now: datetime) -> str:
    """The challenge that the form carries, the same for every reader of this moment; "" when none is asked."""
    if not petition.is_open(now) or not is_challenged(petition):
        return ""
    count = throttle.count("challenge-load", _key(petition), per=LOAD_WINDOW, now=now) * LOAD_SAMPLE
    doublings = math.floor(math.log2(max(1, count / LOAD_THRESHOLD)))
    return challenge.issue(petition.pk, min(BASE_BITS + doublings, MAX_BITS), now=now)


def check_challenge(
    petition: Petition,
    *,
    address: str,
    answer: str,
    proof: str,
    wait: str,
    network: bytes,
    network_range: bytes,
    now: datetime,
) -> bool:
    """Let pass whoever worked or waited, where that is asked; returns whether they waited. Asks no address.

    `answer` is the challenge that came back, `proof` its number, `wait` the token of a wait, each as sent; the two
    networks are hashes of the narrow and the wide one. Raises WaitFirst, ProofExpired or TooManySignatures.
    """
    if not petition.is_open(now) or not is_challenged(petition):
        return False
    verdict = challenge.judge(answer, proof, subject=petition.pk, address=address, now=now)
    if verdict != Verdict.PROVED:
        opens_at = challenge.read_wait(wait, subject=petition.pk, address=address, network=network)
        if opens_at is not None and now < opens_at:
            raise WaitFirst(_("It is a little early still. Nothing is lost."), token=wait, opens_at=opens_at)
        if opens_at is None or now >= opens_at + WAIT_LIFETIME:
            if verdict == Verdict.EXPIRED:
                raise ProofExpired(
                    _(
                        "The page was open for a while, and the little calculation that your browser made for it no "
                        "longer counts. Please press the button once more: a new one is being made."
                    )
                )
            _begin_wait(petition, address, network, network_range, now)
    if secrets.randbelow(LOAD_SAMPLE) == 0:
        throttle.hit(
            "challenge-load", _key(petition), limit=_enough_for(MAX_BITS) // LOAD_SAMPLE, per=LOAD_WINDOW, now=now
        )
    return verdict != Verdict.PROVED


def count_trapped(petition: Petition, *, network: bytes = b"", now: datetime) -> None:
    """Count a form in which the field that no person sees was filled in. Nothing else is kept of it.

    A network that fills it in again and again is held for an hour.
    """
    if network and not throttle.hit("trap-network", network, limit=TRAPS_OF_NETWORK, per=TRAP_SPAN, now=now):
        lists.hold_network(network, why="trap", since=now - TRAP_SPAN, until=now + TRAP_SPAN, now=now)
    throttle.hit("trap", _key(petition), limit=TRAP_LIMIT, per=TRAP_WINDOW, now=now)


def trapped_count(petition: Petition, *, now: datetime) -> int:
    """How many such forms came within a day, at most TRAP_LIMIT."""
    return throttle.count("trap", _key(petition), per=TRAP_WINDOW, now=now)


def _begin_wait(petition: Petition, address: str, network: bytes, network_range: bytes, now: datetime) -> None:
    """Raise WaitFirst, or TooManySignatures where too many waits have begun: they could be waited for side by side."""
    for scope, key, limit in (
        ("wait-network", network, WAITS_PER_NETWORK),
        ("wait-range", network_range, WAITS_PER_RANGE),
    ):
        if not throttle.hit(scope, key, limit=limit, per=WAITS_WINDOW, now=now):
            raise TooManySignatures(
                _(
                    "Many signatures are arriving, and several came from your network without the little calculation "
                    "that browsers make with JavaScript. Please try again in ten minutes, or with JavaScript on."
                )
            )
    opens_at = now + settings.CHALLENGE_WAIT
    token = challenge.wait_token(opens_at, subject=petition.pk, address=address, network=network)
    raise WaitFirst("", token=token, opens_at=opens_at)


def _enough_for(bits: int) -> int:
    return int(LOAD_THRESHOLD * 2 ** (bits - BASE_BITS))


def _key(petition: Petition) -> bytes:
    return petition.pk.to_bytes(8)
