"""A proof of work serves one form, one address and its time; a wait serves one form, one address and one network."""

from datetime import timedelta

import pytest

from privacy import challenge
from privacy.challenge import Verdict
from tests.factories import NOW

ADDRESS, BITS = "minji@people.example", 6
ISSUED = NOW.replace(minute=1)  # the window began a minute before


@pytest.fixture
def issued():
    return challenge.issue(12, BITS, now=ISSUED)


@pytest.fixture
def judge(issued):
    """The verdict on a right proof, changed as a test needs."""
    proof = str(challenge.solve(issued, ADDRESS))

    def judge(**changed):
        said = {"challenge": issued, "proof": proof, "subject": 12, "address": ADDRESS, "now": ISSUED} | changed
        return challenge.judge(said.pop("challenge"), said.pop("proof"), **said)

    return judge


def unsolved(issued, address=ADDRESS):
    """The first number that does not solve it."""
    return next(
        number
        for number in range(1_000)
        if challenge.judge(issued, str(number), subject=12, address=address, now=ISSUED) != Verdict.PROVED
    )


def test_a_right_proof_passes_however_often(judge):
    assert [judge(), judge()] == [Verdict.PROVED] * 2


@pytest.mark.parametrize("typed", [" MinJi@People.Example ", "minji@people.example\t"], ids=repr)
def test_blanks_and_capitals_around_the_address_are_no_other_address(judge, typed):
    assert judge(address=typed) == Verdict.PROVED


def test_another_number_form_or_address_does_not(judge, issued):
    assert judge(proof=str(unsolved(issued))) == Verdict.WRONG
    assert judge(subject=13) == Verdict.WRONG
    proof = str(challenge.solve(issued, ADDRESS))
    others = [f"p{number}@people.example" for number in range(300)]
    passed = [address for address in others if judge(address=address, proof=proof) == Verdict.PROVED]
    assert len(passed) < 30  # one in 2 ** BITS by chance


def test_it_passes_in_its_window_and_the_next(judge):
    for minutes, verdict in ((0, Verdict.PROVED), (18, Verdict.PROVED), (19, Verdict.EXPIRED), (600, Verdict.EXPIRED)):
        assert judge(now=ISSUED + timedelta(minutes=minutes)) == verdict


def test_a_forged_challenge_is_none(judge, issued):
    version, subject, window, bits, mac = issued.split(".")
    assert (subject, bits) == ("12", str(BITS))
    easier = ".".join([version, subject, window, "0", mac])
    younger = ".".join([version, subject, str(int(window) + 1), bits, mac])
    ours = ".".join([version, "13", window, bits, mac])
    assert judge(challenge=easier) == judge(challenge=younger) == judge(challenge=ours, subject=13) == Verdict.WRONG
    for broken in ("", ".", issued[:-1], f"{issued} ", f"{issued}\n", issued.replace("1", "١"), "9" * 10_000):
        assert judge(challenge=broken) == Verdict.WRONG


@pytest.mark.parametrize(
    "proof", ["", "x", "-1", "1e3", " 1", "1\n", "٣", "0x1f", "9" * 16, "9" * 17, "9" * 100_000, "\x00", "가"], ids=repr
)
def test_a_proof_that_is_no_number_of_ours_is_wrong(judge, proof):
    assert judge(proof=proof[:100_000]) == Verdict.WRONG


def test_a_strange_address_breaks_nothing(judge):
    hard = challenge.issue(12, 30, now=ISSUED)  # which no number solves by chance, as one of BITS now and then does
    for address in ("", "가@나", "\x00", "\ud800", "x" * 100_000):
        assert judge(challenge=hard, address=address) == Verdict.WRONG


def test_another_key_accepts_nothing_of_before(judge, settings):
    settings.SECRET_KEY = "another"
    assert judge() == Verdict.WRONG


class TestWait:
    @pytest.fixture
    def token(self):
        return challenge.wait_token(NOW, subject=12, address=ADDRESS, network=b"network")

    def read(self, token, **changed):
        return challenge.read_wait(token, **({"subject": 12, "address": ADDRESS, "network": b"network"} | changed))

    def test_it_says_from_when_on(self, token):
        assert self.read(token) == NOW
        assert self.read(token, address=" MINJI@people.example") == NOW

    def test_it_is_of_one_form_address_and_network(self, token):
        assert self.read(token, subject=13) is None
        assert self.read(token, address="minj@people.example") is None
        assert self.read(token, network=b"networK") is None

    def test_it_cannot_be_made_to_open_earlier(self, token):
        version, seconds, mac = token.split(".")
        assert self.read(f"{version}.{int(seconds) - 1}.{mac}") is None
        for broken in ("", "1..", token[:-1], token + "\n", "1." + "9" * 5_000 + f".{mac}"):
            assert self.read(broken) is None
