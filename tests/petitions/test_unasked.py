"""What nobody learns by signing and asking again, and how much mail an address gets from it."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outbox.models import Email
from petitions import services
from petitions.models import Signature
from petitions.services.cleaning import delete_unconfirmed
from privacy import erasure
from privacy.erasure import fingerprint_of
from tests.factories import make_petition

pytestmark = pytest.mark.django_db
STATES = ["new", "pending", "confirmed", "held", "withdrawn", "invalidated", "erased", "blocked", "enough"]


@pytest.fixture
def petition(settings):
    settings.PAGE_CACHE_SECONDS = 0
    return make_petition()


def prepare(petition, state):
    """An address in this state, an hour ago."""
    address, now = f"{state}@people.example", timezone.now() - timedelta(hours=1)
    if state == "new":
        return address
    for minutes in range(0, 8 if state == "enough" else 2, 2):
        services.sign_petition(petition, name="Kim", email=address, language="en", now=now + timedelta(minutes=minutes))
    row = Signature.objects.filter(address_fingerprint=fingerprint_of(address))
    if state in {"confirmed", "held", "withdrawn", "invalidated"}:
        row.update(state=state, confirmed_at=now)
    elif state == "erased":
        erasure.erase_person(fingerprint_of(address), by=None, reason="Asked.", now=now)
    elif state == "blocked":
        services.disown_signature(row.get().pk, now=now)
    return address


# What a process keeps for some seconds and reads anew then, whoever comes.
KEPT_FOR_SECONDS = ('SELECT "petitions_limitrule"', 'SELECT "petitions_listentry"', 'SELECT "accounts_switch"')


@pytest.mark.parametrize("way", ["sign", "resend"])
def test_every_address_gets_the_same_bytes_for_the_same_queries(client, petition, way):
    addresses = [prepare(petition, state) for state in STATES]
    client.post(f"/petitions/{petition.slug}/{way}/", {"name": "K", "email": "first@people.example"})  # keys of the day
    seen, queries = set(), {}
    for address in addresses:
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(f"/petitions/{petition.slug}/{way}/", {"name": "Kim Two", "email": address})
        seen.add((answer.status_code, answer.content, str(sorted(answer.headers.items()))))
        begun = [query["sql"].split("VALUES")[0].split("SAVEPOINT")[0][:28] for query in asked.captured_queries]
        queries[address] = [words for words in begun if not words.startswith(KEPT_FOR_SECONDS)]
    assert len(seen) == 1
    assert answer.status_code == 302
    assert len({tuple(asked) for asked in queries.values()}) == 1, "\n".join(
        f"{a}: {' | '.join(q)}" for a, q in queries.items()
    )


def test_asking_again_writes_to_whoever_waits_and_to_nobody_else(client, petition):
    waiting, confirmed = prepare(petition, "pending"), prepare(petition, "confirmed")
    Email.objects.update(state="sent", sent_at=timezone.now())
    for address in (waiting, confirmed, "strange@people.example"):
        client.post(f"/petitions/{petition.slug}/resend/", {"email": address})
    queued = {mail.to: mail.payload["text"] for mail in Email.objects.filter(state="queued")}
    assert set(queued) == {waiting, confirmed}
    assert "press the button" in queued[waiting]
    assert "press the button" not in queued[confirmed]
    [nobody] = Email.objects.filter(state="withheld")
    assert (nobody.to, bytes(nobody.to_fingerprint)) == ("", b"")
    assert "strange@people.example" not in str(nobody.payload)


def test_the_page_that_asks_again_says_what_is_wrong(client, petition):
    for wrong in ("", "minji", "a" * 400_000, "a@b\x00.example", "a@b.example\nBcc: c@d.example"):
        answer = client.post(f"/petitions/{petition.slug}/resend/", {"email": wrong})
        assert answer.status_code == 422
        assert 'id="id_email_error"' in answer.content.decode()
        assert len(answer.content) < 50_000
    type(petition).objects.update(state="closed", closes_at=timezone.now() - timedelta(days=2))
    assert client.post(f"/petitions/{petition.slug}/resend/", {"email": "a@people.example"}).status_code == 409
    assert not Email.objects.exists()


def test_one_network_cannot_ask_for_ever(client, petition):
    answers = [
        client.post(f"/petitions/{petition.slug}/resend/", {"email": f"p{n}@people.example"}).status_code
        for n in range(62)
    ]
    assert answers == [302] * 60 + [429] * 2


class TestReminder:
    @pytest.fixture
    def signature(self, petition, now):
        type(petition).objects.update(opens_at=now - timedelta(days=1))
        petition.refresh_from_db()
        services.sign_petition(petition, name="Kim", email="kim@people.example", language="en", now=now)
        return Signature.objects.get()

    def test_one_comes_after_a_day_and_never_a_second(self, signature, petition, now):
        day = now + timedelta(hours=24)
        assert services.remind_pending(now=day - timedelta(seconds=1)) == 0
        assert [services.remind_pending(now=day + timedelta(hours=hours)) for hours in range(3)] == [1, 0, 0]
        reminder = Email.objects.latest("pk")
        assert (Email.objects.count(), reminder.state, reminder.unasked) == (2, "queued", True)
        assert "only reminder" in reminder.payload["text"]
        assert str(petition) not in reminder.subject
        assert Signature.objects.get().link_sent_at == now

    @pytest.mark.parametrize("state", ["confirmed", "withdrawn", "held"])
    def test_whoever_decided_is_left_alone(self, signature, now, state):
        Signature.objects.update(state=state, confirmed_at=now)
        assert services.remind_pending(now=now + timedelta(hours=25)) == 0

    def test_none_comes_once_it_could_not_be_confirmed(self, signature, petition, now):
        type(petition).objects.update(closes_at=now + timedelta(hours=1))
        assert services.remind_pending(now=now + timedelta(hours=25)) == 0
        type(petition).objects.update(closes_at=now + timedelta(hours=2))
        assert services.remind_pending(now=now + timedelta(hours=25)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_three_unasked_mails_whatever_is_tried(settings, now, rounds, seed):
    settings.CONFIRMATION_LIFETIME = timedelta(days=7)
    chance = random.Random(seed)
    petitions = [make_petition(opens_at=now - timedelta(days=1), allows_shared_addresses=n == 0) for n in range(3)]
    moment = now
    for _ in range(rounds(60, 600)):
        moment += timedelta(seconds=chance.choice([1, 30, 90, 3_600, 40_000]))
        petition, address = (
            chance.choice(petitions),
            chance.choice(["a.b+c@gmail.com", "ab@googlemail.com", "k@x.example"]),
        )
        act = chance.choice(["sign", "sign", "resend", "remind", "confirm", "withdraw", "disown", "expire"])
        row = Signature.objects.filter(petition=petition).order_by("?").first()
        if act == "sign":
            name = chance.choice(["Kim", "Lee", "Park"])
            services.sign_petition(petition, name=name, email=address, language="en", now=moment)
        elif act == "resend":
            services.resend_confirmation(petition, email=address, language="en", network=bytes(16), now=moment)
        elif act == "remind":
            services.remind_pending(now=moment)
        elif act == "expire":
            sum(delete_unconfirmed(moment - timedelta(days=7)))
        elif row and act == "confirm" and row.state == "pending" and row.link_is_valid(moment):
            services.confirm_signature(row.pk, now=moment)
        elif row and act == "withdraw" and row.state == "confirmed":
            services.withdraw_signature(row.pk, shown=services.state_digest(row), now=moment)
        elif row and act == "disown" and chance.random() < 0.2:
            services.disown_signature(row.pk, now=moment)
    written = list(Email.objects.filter(unasked=True).exclude(state="withheld").order_by("created_at"))
    assert written
    by_petition = Counter((bytes(mail.to_fingerprint), mail.about) for mail in written)
    assert max(by_petition.values()) <= 3
    for mail in written:
        day = [
            other
            for other in written
            if bytes(other.to_fingerprint) == bytes(mail.to_fingerprint)
            and mail.created_at <= other.created_at < mail.created_at + timedelta(days=1)
        ]
        assert len(day) <= 3
