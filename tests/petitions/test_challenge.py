"""Signing while a proof of work is asked: with one, without one, and what stays as it was."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts import switches
from accounts.models import AuditEntry, Switch
from outbox.models import Email
from petitions import services
from petitions.models import Petition, Signature
from petitions.services import defence
from privacy import challenge, throttle
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)  # the window began a minute before
ANSWERS = {"name": "Kim <Minji>", "email": "minji@people.example", "country": "KR", "comment": 'For "my"\r\naunt'}
INBOX = "/check-inbox/"


@pytest.fixture(autouse=True)
def _easy(monkeypatch, settings):
    settings.PAGE_CACHE_SECONDS = 0
    monkeypatch.setattr(defence, "BASE_BITS", 8)
    monkeypatch.setattr(defence, "LOAD_SAMPLE", 1)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def petition(clock):
    return make_petition()


@pytest.fixture
def challenged(petition):
    return services.set_challenge(petition.pk, True, by=None, reason="burst", now=START)


@pytest.fixture
def page(client, petition):
    def page(language="en"):
        prefix = "" if language == "en" else f"/{language}"
        return client.get(f"{prefix}/petitions/{petition.slug}/").content.decode()

    return page


@pytest.fixture
def sign(client, petition):
    def sign(language="en", network="192.0.2.1", **changed):
        prefix = "" if language == "en" else f"/{language}"
        return client.post(f"{prefix}/petitions/{petition.slug}/sign/", ANSWERS | changed, REMOTE_ADDR=network)

    return sign


def challenge_in(content: str) -> str:
    [found] = re.findall(r'data-challenge="([^"]+)"', content)
    return found


def proof(content: str, address: str = ANSWERS["email"]) -> dict[str, str]:
    """What the script adds to the form of this page."""
    issued = challenge_in(content)
    return {"challenge": issued, "proof": str(challenge.solve(issued, address))}


def fields_of(response) -> dict[str, str]:
    """What the button of the page of a wait sends."""
    content = response.content.decode()
    form = content[content.index("<form") : content.index("</form>")]
    found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?>', form)
    unescape = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
    return {name: re.sub("|".join(unescape), lambda entity: unescape[entity[0]], value) for name, value in found}


def press(client, response, network="192.0.2.1"):
    target = re.search(r'action="([^"]+)"', response.content.decode()[response.content.decode().index("<form") :])[1]
    return client.post(target, fields_of(response), REMOTE_ADDR=network)


def is_taken(response) -> bool:
    return response.status_code == 302 and response.url.endswith(INBOX)


class TestTheChallenge:
    def test_off_it_leaves_no_trace_in_the_page_and_nothing_is_asked(self, page, sign, petition):
        before = page()
        for trace in ("challenge", "proof", "js/challenge"):
            assert trace not in before
        services.set_challenge(petition.pk, True, by=None, now=START)
        assert challenge_in(page())
        services.set_challenge(petition.pk, False, by=None, now=START)
        assert page() == before
        assert is_taken(sign())

    def test_the_page_is_the_same_for_every_reader_of_a_window(self, page, challenged, clock):
        first = page()
        clock.move_to(START + timedelta(minutes=8))
        assert page() == first
        clock.move_to(START + timedelta(minutes=9))
        assert page() != first

    def test_with_its_proof_a_signature_is_taken_as_ever(self, page, sign, challenged):
        answer = sign(**proof(page()))
        assert is_taken(answer)
        signature = Signature.objects.get()
        assert (signature.name, signature.comment) == ("Kim <Minji>", 'For "my"\naunt')
        assert Email.objects.count() == 1

    def test_the_switch_of_the_site_asks_everywhere(self, page, sign):
        switches.turn(Switch.Key.CHALLENGE, True, by=None, now=START)
        switches.cache.clear()
        assert sign().status_code == 429
        assert is_taken(sign(**proof(page())))

    def test_nobody_works_for_a_petition_that_takes_nothing(self, page, sign, challenged):
        Petition.objects.update(closes_at=START)
        assert "data-challenge" not in page()
        assert sign().status_code == 409
        assert "does not take signatures" in sign().content.decode()

    def test_a_page_read_slowly_counts_and_an_old_one_comes_again_with_everything(self, page, sign, challenged, clock):
        slow = proof(page())
        clock.move_to(START + timedelta(minutes=18))
        assert is_taken(sign(**slow))
        clock.move_to(START + timedelta(minutes=19))
        answer = sign(email="late@people.example", **proof_of(slow, "late@people.example"))
        content = answer.content.decode()
        assert answer.status_code == 409
        assert "Please press the button once more" in content
        assert "data-challenge-at-once" in content
        assert "Kim &lt;Minji&gt;" in content
        assert not Signature.objects.filter(created_at=START + timedelta(minutes=19)).exists()
        assert is_taken(sign(email="late@people.example", **proof(content, "late@people.example")))

    @pytest.mark.parametrize(
        "changed",
        [
            {"proof": ""},
            {"proof": "9" * 5_000},
            {"proof": "NaN\x00"},
            {"challenge": ""},
            {"challenge": "1.1.1.0." + "0" * 32},
            {"proof": ["1", "2", "x"]},
            {"challenge": ["x", ""]},
        ],
        ids=["none", "huge", "no number", "no challenge", "forged", "three proofs", "two challenges"],
    )
    def test_anything_but_the_proof_leads_to_the_wait_and_writes_nothing(self, page, sign, challenged, changed):
        right = proof(page())
        assert sign(**(right | changed)).status_code == 429
        assert not Signature.objects.exists()
        assert not Email.objects.exists()
        assert is_taken(sign(**right))

    def test_the_proof_of_another_address_or_petition_is_none(self, page, sign, challenged, client, monkeypatch):
        monkeypatch.setattr(defence, "BASE_BITS", 14)
        right = proof(page())
        other = make_petition()
        services.set_challenge(other.pk, True, by=None, now=START)
        assert sign(email="other@people.example", **right).status_code == 429
        assert client.post(f"/petitions/{other.slug}/sign/", ANSWERS | right).status_code == 429
        assert not Signature.objects.exists()

    def test_mistakes_in_the_form_come_first_and_keep_their_places(self, sign, challenged):
        answer = sign(name="")
        assert answer.status_code == 422
        assert "data-challenge-at-once" in answer.content.decode()

    def test_sent_again_and_again_it_brings_one_signature_and_three_mails(self, page, sign, challenged, clock):
        right = proof(page())
        for minute in range(9):
            clock.move_to(START + timedelta(minutes=minute, seconds=1))
            assert is_taken(sign(**right))
        assert Signature.objects.count() == 1
        assert Email.objects.filter(state="queued").count() == 3


def proof_of(slow: dict[str, str], address: str) -> dict[str, str]:
    return {"challenge": slow["challenge"], "proof": str(challenge.solve(slow["challenge"], address))}


class TestTheSameAnswerForAll:
    @pytest.mark.parametrize("with_proof", [True, False])
    def test_for_new_pending_confirmed_withdrawn_and_struck_out(self, page, sign, challenged, with_proof):
        sent = proof(page()) if with_proof else {}
        answers = [sign(**sent), sign(**sent)]
        if not with_proof:
            services.sign_petition(challenged, name="Kim", email=ANSWERS["email"], language="en", now=START)
        for state in ("confirmed", "withdrawn", "invalidated"):
            assert Signature.objects.update(state=state, confirmed_at=START) == 1
            answers.append(sign(**sent))
        seen = {(answer.status_code, answer.content, str(sorted(answer.headers.items()))) for answer in answers}
        assert len(seen) == 1

    def test_for_two_addresses_only_what_they_wrote_differs(self, sign, challenged):
        services.sign_petition(challenged, name="Kim", email=ANSWERS["email"], language="en", now=START)
        known, unknown = (sign(email=email) for email in (ANSWERS["email"], "mirae@people.example"))
        token = re.compile(rb'(?<=name="wait" value=")[^"]+')
        plain = [token.sub(b"", answer.content) for answer in (known, unknown)]
        assert plain[0] == plain[1].replace(b"mirae", b"minji")
        assert sorted(known.headers.items()) == sorted(unknown.headers.items())


class TestTheWait:
    def test_it_says_from_when_on_keeps_everything_and_is_taken_then(self, client, sign, challenged, clock):
        answer = sign(show_name="initial", consent_updates="on")
        content = answer.content.decode()
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
        assert "no-store" in answer.headers["Cache-Control"]
        assert "in 30 seconds, from 18:01:30 (Asia/Seoul) on" in content
        assert "Kim &lt;Minji&gt;" in content
        assert not Signature.objects.exists()
        clock.move_to(START + timedelta(seconds=30))
        assert is_taken(press(client, answer))
        signature = Signature.objects.get()
        assert (signature.name, signature.comment, signature.show_name) == ("Kim <Minji>", 'For "my"\naunt', "initial")
        assert signature.consent_updates is not None
        assert signature.consent_handover is None

    def test_pressed_early_it_says_so_and_loses_nothing(self, client, sign, challenged, clock):
        first = sign()
        clock.move_to(START + timedelta(seconds=20))
        early = press(client, first)
        assert (early.status_code, early.headers["Retry-After"]) == (429, "10")
        assert "a little early" in early.content.decode()
        assert fields_of(early) == fields_of(first)
        clock.move_to(START + timedelta(seconds=30))
        assert is_taken(press(client, early))

    def test_too_late_it_begins_anew(self, client, sign, challenged, clock):
        answer = sign()
        clock.move_to(START + timedelta(seconds=30) + defence.WAIT_LIFETIME)
        again = press(client, answer)
        assert again.status_code == 429
        assert fields_of(again)["wait"] != fields_of(answer)["wait"]
        assert not Signature.objects.exists()

    def test_it_is_of_one_address_one_network_and_one_petition(self, client, sign, challenged, clock):
        answer = sign()
        sent = fields_of(answer)
        other = make_petition()
        services.set_challenge(other.pk, True, by=None, now=START)
        clock.move_to(START + timedelta(seconds=30))
        assert sign(**(sent | {"email": "mirae@people.example"})).status_code == 429
        assert sign(**sent, network="192.0.2.2").status_code == 429
        assert client.post(f"/petitions/{other.slug}/sign/", sent, REMOTE_ADDR="192.0.2.1").status_code == 429
        assert not Signature.objects.exists()
        assert is_taken(press(client, answer))

    def test_what_comes_back_is_read_as_strictly_as_before(self, sign, challenged, clock):
        sent = fields_of(sign())
        clock.move_to(START + timedelta(seconds=30))
        assert sign(**(sent | {"name": "Kim\x00"})).status_code == 422
        assert sign(**(sent | {"country": "XX"})).status_code == 422
        assert not Signature.objects.exists()

    def test_a_network_waits_for_few_at_a_time(self, page, sign, challenged, client, clock):
        answers = [sign(email=f"p{number}@people.example") for number in range(7)]
        assert [answer.status_code for answer in answers] == [429] * 7
        waiting = [answer for answer in answers if b'name="wait"' in answer.content]
        assert len(waiting) == defence.WAITS_PER_NETWORK
        assert "try again in ten minutes" in answers[-1].content.decode()
        assert "p6@people.example" in answers[-1].content.decode()  # nothing is lost
        beside = [sign(email=f"p{number}@people.example", network=f"192.0.2.{number}") for number in range(2, 12)]
        assert sum(b'name="wait"' in answer.content for answer in beside) == defence.WAITS_PER_RANGE - len(waiting)
        assert b'name="wait"' in sign(email="far@people.example", network="198.51.100.1").content
        assert is_taken(sign(**proof(page())))  # whoever works is not held up by those who wait
        clock.move_to(START + timedelta(seconds=30))
        assert all(is_taken(press(client, answer)) for answer in waiting)

    def test_pressing_early_takes_no_second_place(self, client, sign, challenged):
        answer = sign()
        for _ in range(10):
            assert b'name="wait"' in press(client, answer).content

    def test_a_browser_that_can_work_need_not_wait(self, sign, challenged):
        answer = sign()
        assert is_taken(sign(**(fields_of(answer) | proof(answer.content.decode()))))

    def test_it_speaks_korean(self, sign, challenged):
        content = sign("ko").content.decode()
        assert '<html lang="ko"' in content
        assert "잠시" in content


class TestTheWorkGrows:
    @pytest.mark.parametrize(
        ("posted", "more"), [(0, 0), (1, 0), (200, 0), (399, 0), (400, 1), (1_600, 3), (3_200, 4), (50_000, 4)]
    )
    def test_it_doubles_with_the_signatures_of_ten_minutes(self, page, challenged, monkeypatch, posted, more):
        monkeypatch.setattr(defence, "BASE_BITS", 17)
        monkeypatch.setattr(throttle, "count", lambda *args, **kwargs: posted)
        assert challenge_in(page()).split(".")[3] == str(17 + more)

    def test_only_signatures_that_were_let_through_count(self, page, sign, challenged, monkeypatch):
        monkeypatch.setattr(defence, "LOAD_THRESHOLD", 2)
        issued = page()
        for number in range(4):
            sign(email=f"p{number}@people.example")
        assert challenge_in(page()) == challenge_in(issued)
        for number in range(4):
            address = f"q{number}@people.example"
            assert is_taken(sign(email=address, **proof(issued, address)))
        assert challenge_in(page()).split(".")[3] == "9"
        assert is_taken(sign(**proof(issued)))  # what was issued is accepted


class TestTheTrap:
    def test_no_person_meets_it(self, page):
        [trap] = re.findall(r"<div[^>]*>(?:(?!</div>).)*name=\"website\".*?</div>", page())
        for mark in ('class="visually-hidden"', 'aria-hidden="true"', 'tabindex="-1"', 'autocomplete="off"'):
            assert mark in trap

    @pytest.mark.parametrize("filled", ["https://spam.example", "\x00", ["", "x" * 5_000]], ids=["one", "NUL", "two"])
    def test_filled_in_it_leads_to_the_inbox_and_only_a_counter_moves(self, sign, petition, filled):
        usual = sign(email="usual@people.example")
        before = Signature.objects.count(), Email.objects.count(), AuditEntry.objects.count()
        trapped = sign(website=filled)
        assert (trapped.status_code, trapped.url, trapped.content) == (302, usual.url, usual.content)
        assert sorted(trapped.headers.items()) == sorted(usual.headers.items())
        assert (Signature.objects.count(), Email.objects.count(), AuditEntry.objects.count()) == before
        assert services.trapped_count(petition, now=START) == 1

    def test_empty_it_catches_nobody(self, sign, petition):
        assert is_taken(sign(website=" "))
        assert Signature.objects.count() == 1
        assert services.trapped_count(petition, now=START) == 0


class TestStaff:
    def test_asking_and_stopping_is_written_down_once(self, petition):
        moderator = make_user("moderator")
        for _ in range(2):
            services.set_challenge(petition.pk, True, by=moderator, reason="4,000 in an hour", now=START)
        for _ in range(2):
            services.set_challenge(petition.pk, False, by=None, now=START + timedelta(hours=1))
        lines = AuditEntry.objects.filter(object_type="petitions.petition").order_by("pk")
        assert [(line.act, line.by, line.reason) for line in lines] == [
            ("petitions.ask_challenge", moderator, "4,000 in an hour"),
            ("petitions.stop_challenge", None, ""),
        ]

    def test_a_moderator_presses_the_button_on_the_desk(self, client, petition):
        client.force_login(make_user("moderator"))
        desk = f"/admin/petitions/petition/{petition.pk}"
        page = client.get(f"{desk}/change/").content.decode()
        assert "actions/ask_challenge/" in page
        assert "actions/stop_challenge/" not in page
        client.post(f"{desk}/actions/ask_challenge/", {"reason": "4,000 in an hour"})
        assert Petition.objects.get().challenge_since == START
        page = client.get(f"{desk}/change/").content.decode()
        assert "4,000 in an hour" in page
        assert "actions/ask_challenge/" not in page
        client.post(f"{desk}/actions/stop_challenge/")
        assert Petition.objects.get().challenge_since is None

    def test_an_editor_does_not(self, client, petition):
        client.force_login(make_user("editor"))
        client.post(f"/admin/petitions/petition/{petition.pk}/actions/ask_challenge/", {"reason": ""})
        assert Petition.objects.get().challenge_since is None
