"""Ten thousand robots among two thousand people: who is stopped or held, and who is turned away."""

import hashlib
from collections import Counter
from datetime import timedelta

import pytest

from petitions import services
from petitions.exceptions import TooManySignatures, WaitFirst
from petitions.models import LimitRule, Petition, Signature
from petitions.services import defence, limits
from privacy import challenge
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint
from tests.conftest import LONG
from tests.factories import NOW, make_petition
from tests.petitions.limits_of_the_house import write_default_limits
from tests.simulation.crowd import STYLES, Crowd

pytestmark = pytest.mark.django_db

SHARE = 1 if LONG else 25
PEOPLE, SCHOOL, ROBOTS = 2_000 // SHARE, 200 // SHARE, 10_000 // SHARE
CLOCK = timedelta(minutes=5 if LONG else 10)  # how often what the beat does is done


def network_of(address: str, day: str, *, wide: bool = False) -> bytes:
    """What privacy.network makes of an address, without a request."""
    parts = address.split(".")[: 3 if wide else 4]
    return hashlib.sha256(f"{day}{parts}".encode()).digest()[:16]


class Site:
    """The services, as a visitor's form reaches them, under a clock of the simulation."""

    def __init__(self, petition):
        self.petition_id, self.refused, self.waits = petition.pk, Counter(), []

    def come(self, arrival):
        self._sign(arrival, arrival.at)

    def _sign(self, arrival, at, wait=""):
        petition = Petition.objects.get(pk=self.petition_id)
        day = at.date().isoformat()
        place = {
            "network": network_of(arrival.network, day),
            "network_range": network_of(arrival.network, day, wide=True),
        }
        issued, proof = services.challenge_for(petition, now=at), ""
        if issued and arrival.computes:
            proof = str(challenge.solve(issued, arrival.email))
        try:
            waited = services.check_challenge(
                petition, address=arrival.email, answer=issued, proof=proof, wait=wait, **place, now=at
            )
            services.sign_petition(
                petition, name="Somebody", email=arrival.email, language="en", **place, waited=waited, now=at
            )
        except WaitFirst as first:
            self.waits.append((first.opens_at, arrival, first.token))
        except TooManySignatures:
            self.refused[arrival.style] += 1

    def clock(self, now):
        ready = [wait for wait in self.waits if wait[0] <= now]
        self.waits = [wait for wait in self.waits if wait[0] > now]
        for opens_at, arrival, token in ready:
            self._sign(arrival, opens_at, token)
        services.sweep(now=now)
        services.calm_challenges(now=now)
        services.refresh_signature_counts(now=now)

    def confirm(self, now):
        """Whoever has a link presses its button: robots have mailboxes of their own."""
        for pk in (
            Signature.objects.pending().filter(created_at__lte=now - timedelta(minutes=2)).values_list("pk", flat=True)
        ):
            services.confirm_signature(pk, now=now)


def run(crowd, petition):
    """Let everybody come; returns counters by style: came, counted as a person, held, refused."""
    site, at = Site(petition), crowd.arrivals[0].at
    for arrival in crowd.arrivals:
        while at + CLOCK <= arrival.at:
            at += CLOCK
            site.clock(at)
            site.confirm(at)
        site.come(arrival)
    for _ in range(4):
        at += CLOCK
        site.clock(at)
        site.confirm(at)
    came, counted, held = Counter(), Counter(), Counter()
    rows = {bytes(row.address_fingerprint): row for row in Signature.objects.all()}
    seen = set()
    for arrival in crowd.arrivals:
        came[arrival.style] += 1
        person = address_fingerprint(canonical(arrival.email))
        row = rows.get(person)
        if row is None or person in seen:
            continue
        seen.add(person)
        counted[arrival.style] += row.state == Signature.State.CONFIRMED
        held[arrival.style] += row.state == Signature.State.HELD
    return came, counted, held, site.refused


@pytest.fixture
def petition(monkeypatch, settings):
    monkeypatch.setattr(defence, "BASE_BITS", 2)
    monkeypatch.setattr(defence, "MAX_BITS", 3)
    settings.ALLOWED_MAIL_DOMAINS = ["*"]
    write_default_limits()
    for rule in LimitRule.objects.filter(limit__gte=60):  # a tenth of the crowd comes to a site of a tenth the size
        LimitRule.objects.filter(pk=rule.pk).update(limit=rule.limit // SHARE)
    limits.forget()
    return make_petition(opens_at=NOW - timedelta(days=1))


@pytest.mark.parametrize("robots_compute", [False, True] if LONG else [False], ids=lambda it: f"with browsers: {it}")
def test_robots_are_stopped_or_held_and_people_are_let_in(petition, robots_compute, capsys):
    crowd = Crowd(
        20260302, NOW.replace(hour=0), people=PEOPLE, school=SCHOOL, robots=ROBOTS,
        wave=9_000 if LONG else 3_600,
        robots_compute=robots_compute,
    )  # fmt: skip
    came, counted, held, refused = run(crowd, petition)
    stopped = {style: 1 - counted[style] / came[style] for style in STYLES}
    with capsys.disabled():
        print()  # noqa: T201
        for style in (*STYLES, "people", "school"):
            print(  # noqa: T201
                f"{style:12} came {came[style]:5}, counted {counted[style]:5}, held {held[style]:5}, "
                f"refused {refused[style]:4}"
            )
    people = ("people", "school")
    assert sum(refused[who] for who in people) <= 0.01 * sum(came[who] for who in people)
    assert refused["school"] <= 0.01 * came["school"]
    assert services.audit_signature_counts(now=NOW + timedelta(days=3)) == []
    assert stopped["one network"] >= 0.99
    assert stopped["one domain"] >= 0.95
    assert stopped["plus tags"] >= 0.95
    assert stopped["disposable"] >= 0.95
    if not robots_compute:
        assert stopped["campaign"] >= 0.80
