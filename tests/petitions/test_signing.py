"""Signing and confirming: rows and mails."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from outbox.models import Email
from outbox.services import write_email
from outbox.tasks import send_due_mail
from petitions import services
from petitions.exceptions import LinkExpired, PetitionClosed, SignatureChanged, SignatureStruckOut
from petitions.models import CountChange, Signature, Tally
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(now):
    return make_petition(opens_at=now - timedelta(days=1))


@pytest.fixture
def sign(petition, now):
    """Sign with valid answers, changed as a test needs."""

    def sign(**changed):
        said = {"name": "김민지", "email": "minji@people.example", "language": "en", "now": now}
        services.sign_petition(changed.pop("petition", petition), **(said | changed))

    return sign


def test_signing_writes_one_pending_row_and_one_mail(sign):
    sign()
    signature = Signature.objects.get()
    assert (signature.state, signature.name, signature.address) == ("pending", "김민지", "minji@people.example")
    assert signature.show_name == "private"
    assert signature.consent_handover is signature.consent_updates is None
    email = Email.objects.get()
    assert email.to == "minji@people.example"
    assert re.search(r"/signatures/[\w-]{32}/", email.payload["text"])
    assert CountChange.objects.count() == 0


def test_nothing_personal_stands_in_clear_in_the_database(sign):
    sign(comment="A comment of mine", alias="", show_name="full")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM petitions_signature")
        stored = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM outbox_email")
        stored += repr(cursor.fetchall())
    for secret in ("minji", "김민지", "people.example", "comment of mine", "signatures/"):
        assert secret not in stored


@pytest.mark.parametrize(
    "spelling", ["MinJi@people.example", "minji@PEOPLE.example", " minji@people.example "], ids=repr
)
def test_another_spelling_of_the_address_is_the_same_person(sign, spelling):
    sign()
    sign(email=spelling.strip())
    assert Signature.objects.count() == 1


def test_provider_rules_fold_dots_and_tags(sign):
    sign(email="min.ji+news@googlemail.com")
    sign(email="minji@gmail.com")
    assert Signature.objects.count() == 1


def test_consents_point_to_the_words_they_were_given_to(sign):
    sign(consent_handover=True, show_name="initial", language="ko")
    signature = Signature.objects.get()
    assert signature.consent_handover.purpose == "handover"
    assert signature.consent_handover.language == "ko"
    assert signature.consent_show_name is not None
    assert signature.consent_updates is None


def test_a_second_signing_corrects_a_pending_signature(sign, now):
    sign()
    sign(name="Minji Kim", now=now + timedelta(minutes=2))
    assert Signature.objects.get().name == "Minji Kim"
    assert Email.objects.count() == 2


def test_a_double_click_sends_one_mail(sign, now):
    sign()
    sign(now=now + timedelta(seconds=1))
    assert Email.objects.count() == 1


def test_the_link_lives_longer_only_when_a_mail_goes_out(sign, now):
    sign()
    sign(now=now + timedelta(seconds=20))  # the same minute: no second mail
    assert Signature.objects.get().link_sent_at == now
    for minutes in (2, 4, 6):  # the last is withheld
        sign(now=now + timedelta(minutes=minutes))
    assert Signature.objects.get().link_sent_at == now + timedelta(minutes=4)


def test_a_confirmed_signature_is_not_changed_by_signing_again(sign, now):
    sign()
    services.confirm_signature(Signature.objects.get().pk, now=now)
    sign(name="Somebody else", now=now + timedelta(minutes=2))
    signature = Signature.objects.get()
    assert (signature.name, signature.state) == ("김민지", "confirmed")
    told = Email.objects.latest("pk")
    assert set(re.findall(r"/signatures/[\w-]{32}/(\S*)", told.payload["text"])) == {"manage/"}


def test_an_address_gets_at_most_three_unasked_mails(sign, now):
    for minutes in range(0, 20, 2):
        sign(now=now + timedelta(minutes=minutes))
    assert Email.objects.filter(state="queued").count() == 3
    assert Email.objects.filter(state="withheld").count() == 7


def test_mail_that_was_asked_for_takes_nothing_from_the_limit(sign, now):
    for number in range(5):
        write_email("receipt", to="minji@people.example", subject="…", text="…", key=f"asked:{number}", now=now)
    sign()
    assert Email.objects.get(kind="petitions.signature").state == "queued"


def test_three_unasked_mails_a_day_over_all_petitions(sign, now):
    for _ in range(5):
        sign(petition=make_petition(opens_at=now - timedelta(days=1)))
    assert Email.objects.filter(state="queued").count() == 3
    assert Signature.objects.count() == 5


def test_a_closed_petition_takes_no_signature(sign, petition, now):
    petition.closes_at = now
    petition.save()
    with pytest.raises(PetitionClosed):
        sign()
    assert not Signature.objects.exists()
    assert not Email.objects.exists()


class TestConfirming:
    @pytest.fixture
    def signature(self, sign):
        sign()
        return Signature.objects.get()

    def test_three_clicks_count_one(self, signature, now, petition):
        for _ in range(3):
            services.confirm_signature(signature.pk, now=now)
        services.refresh_signature_counts(now=now)
        petition.refresh_from_db()
        assert petition.signature_count == 1
        assert not CountChange.objects.exists()

    @pytest.mark.parametrize(
        "changed",
        [
            {"name": "Minji Kim"},
            {"show_name": "full"},
            {"show_name": "alias", "alias": "M"},
            {"country": "KR"},
            {"show_country": True},
            {"comment": "Mine"},
            {"consent_handover": True},
            {"consent_updates": True},
        ],
        ids=str,
    )
    def test_only_what_was_shown_is_confirmed(self, signature, sign, now, changed):
        shown = signature.said_digest
        sign(**changed, now=now + timedelta(seconds=1))
        with pytest.raises(SignatureChanged):
            services.confirm_signature(signature.pk, shown=shown, now=now)
        assert not CountChange.objects.exists()
        signature.refresh_from_db()
        services.confirm_signature(signature.pk, shown=signature.said_digest, now=now)
        assert Signature.objects.get().state == "confirmed"

    def test_seven_days_later_the_link_is_too_old(self, signature, now):
        services.confirm_signature(signature.pk, now=now + timedelta(days=7) - timedelta(seconds=1))
        Signature.objects.update(state="pending", confirmed_at=None)
        with pytest.raises(LinkExpired):
            services.confirm_signature(signature.pk, now=now + timedelta(days=7))
        assert Signature.objects.get().state == "pending"

    def test_a_day_of_grace_after_closing(self, signature, petition, now):
        petition.closes_at = now + timedelta(hours=1)
        petition.save()
        grace_ends = petition.closes_at + timedelta(hours=24)
        with pytest.raises(PetitionClosed):
            services.confirm_signature(signature.pk, now=grace_ends)
        services.confirm_signature(signature.pk, now=grace_ends - timedelta(seconds=1))
        assert Signature.objects.get().state == "confirmed"

    def test_a_struck_out_signature_stays_out(self, signature, now):
        Signature.objects.update(state="invalidated")
        with pytest.raises(SignatureStruckOut):
            services.confirm_signature(signature.pk, now=now)
        assert not CountChange.objects.exists()

    def test_a_new_nonce_revokes_the_link(self, signature):
        token = services.links.link("confirm", signature, "en").rstrip("/").rpartition("/")[2]
        assert services.find_signature(token, "confirm") == signature
        assert services.find_signature(token, "manage") is None
        assert services.find_signature("A" * 32, "confirm") is None
        signature.nonce = bytes(16)
        signature.save()
        assert services.find_signature(token, "confirm") is None


def test_the_count_is_mended_by_the_audit(sign, petition, now):
    sign()
    services.confirm_signature(Signature.objects.get().pk, now=now)
    services.refresh_signature_counts(now=now)
    petition.signature_count = 17
    petition.save()
    Tally.objects.update(count=3)
    found = services.audit_signature_counts(now=now)
    assert [(mended.cell[0], mended.shown, mended.true) for mended in found] == [
        (petition.pk, 3, 1),
        (petition.pk, 17, 1),
    ]
    petition.refresh_from_db()
    assert petition.signature_count == Tally.objects.get().count == 1
    assert services.audit_signature_counts(now=now) == []


def test_the_worker_sends_the_confirmation(sign, sent_mail):
    sign()
    send_due_mail()
    assert [message["To"] for message in sent_mail] == ["minji@people.example"]
    email = Email.objects.get()
    assert (email.state, email.server_reply) == ("sent", "memory")
