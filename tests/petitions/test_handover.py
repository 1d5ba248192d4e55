"""A petition handed over: one frozen count, names only where they may go, and nobody in it who took the name back."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.models import AuditEntry
from letters import services as letters
from letters.bundle import Bundle
from letters.exceptions import ReleaseRefused
from letters.models import Letter, Recipient, Release
from outbox.models import Email
from outbox.tasks import send_due_mail
from petitions import notices, services
from petitions.exceptions import TransitionRefused
from petitions.models import HandedOver, HandoverFile, Petition, Signature
from petitions.services import handing_over
from petitions.services.counting import note_changes
from petitions.services.erasing import erase_signatures
from petitions.services.links import MANAGE, path
from tests.factories import make_petition, make_recipient, make_template, make_user

pytestmark = pytest.mark.django_db

REPLY_BY = date(2024, 1, 20)
NAMES = ["=1+1", "Anna Kim", "박서연"]


@pytest.fixture
def petition(now):
    """Twelve from Korea, six from Canada, two from Laos; three agreed that their names go along. Two offices."""
    make_template(slug="handover-general", body="{{ petition.count }} people signed by {{ petition.as_of }}.")
    petition = make_petition()
    petition.recipients.add(make_recipient("Ministry of Ostavia (demo)", is_hostile=True, role="duty_bearer"))
    agreed = notices.notice(notices.Purpose.HANDOVER, "en", now)
    countries = ["KR"] * 12 + ["CA"] * 6 + ["LA"] * 2
    rows = [
        Signature.objects.create(
            petition=petition, name=NAMES[number] if number < 3 else f"Person {number}", country=country,
            address=f"person{number}@people.example", address_fingerprint=number.to_bytes(32), language="en",
            state="confirmed", consent_handover=agreed if number < 3 else None, created_at=now, link_sent_at=now,
            confirmed_at=now - timedelta(days=2),
        )
        for number, country in enumerate(countries)
    ]  # fmt: skip
    note_changes(rows, 1)
    return Petition.objects.get(pk=petition.pk)


@pytest.fixture
def sender():
    return make_user("sender")


@pytest.fixture
def release(petition, sender, now):
    handover = services.freeze_handover(petition.pk, by=sender, now=now)
    offices = petition.recipients.all()
    return services.request_handover(handover.pk, offices, language="en", reply_by=REPLY_BY, by=sender, now=now)


def rows_of(name):
    content = handing_over.read_file(HandoverFile.objects.get(name=name).handover.about, name)
    return list(csv.reader(io.StringIO(content.decode())))


def test_the_count_is_frozen_and_small_countries_stand_together(petition, sender, now):
    handover = services.freeze_handover(petition.pk, by=sender, now=now)
    Signature.objects.all().delete()
    handover.refresh_from_db()
    assert (handover.count, handover.named_count, handover.as_of) == (20, 3, now)
    totals = rows_of("totals.csv")
    assert ["total", "", now.isoformat(timespec="seconds"), "20"] in totals
    countries = {row[1]: int(row[3]) for row in totals if row[0] == "country"}
    assert "Laos" not in " ".join(countries)
    assert min(countries.values()) >= 5
    assert sum(countries.values()) == 20
    assert rows_of("names.csv") == [["name"], ["'=1+1"], ["Anna Kim"], ["박서연"]]
    for row in handover.files.all():
        content = handing_over.read_file(handover.about, row.name)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.digest, row.size)
        assert content.startswith(b"%PDF" if row.name.endswith("pdf") else (b"what,", b"name"))
    assert AuditEntry.objects.get(act="petitions.freeze_handover").details["names"] == 3


def test_two_people_release_it_and_a_hostile_office_gets_no_name(release, sender, sent_mail, now):
    with pytest.raises(ReleaseRefused, match="somebody other"):
        letters.approve_release(release.pk, by=sender, now=now)
    assert letters.approve_release(release.pk, by=make_user("sender"), now=now) == 2
    Email.objects.filter(kind="letters.letter").update(due_at=now)
    send_due_mail()
    by_office = {}
    for letter in Letter.objects.select_related("recipient", "email"):
        [message] = [found for found in sent_mail if letter.copy["to"] in found["To"]]
        files = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
        words = message.get_body(("plain",)).get_content()
        assert "20 people signed" in words
        for row in letter.copy["files"]:
            assert row["digest"] in words
            assert hashlib.sha256(files[row["name"]]).hexdigest() == row["digest"]
        by_office[letter.recipient.is_hostile] = set(files) - {f"{letter.reference}.pdf"}
        if letter.recipient.is_hostile:
            assert not any("박서연".encode() in content for content in files.values())
    assert by_office == {
        False: {"names.csv", "totals.csv", "petition-with-names-en.pdf"},
        True: {"totals.csv", "petition-en.pdf"},
    }
    signature = Signature.objects.get(pk=HandedOver.objects.order_by("signature").first().signature_id)
    [given] = services.given_away([signature])[signature.pk]
    assert not given.recipient.is_hostile
    assert services.given_away(Signature.objects.filter(consent_handover=None)) == {}
    assert release.asked_by == 20


def test_the_ledger_of_its_letters_holds_what_was_handed_over_but_no_name(release, now):
    letters.approve_release(release.pk, by=make_user("sender"), now=now)
    with zipfile.ZipFile(io.BytesIO(b"".join(Bundle(release.text_digest, with_private=True).chunks()))) as archive:
        texts = {name.removeprefix("text/"): archive.read(name) for name in archive.namelist() if "text/" in name}
    said = texts.pop("handover.json")
    assert hashlib.sha256(said).hexdigest() == release.text_digest
    digests = json.loads(said)["files"]
    assert {name: hashlib.sha256(content).hexdigest() for name, content in texts.items()} == {
        name: digest for name, digest in digests.items() if name != "names.csv"
    }
    assert set(texts) >= {"totals.csv", "petition-ko.pdf"}
    assert not any("박서연".encode() in content for content in texts.values())


def test_only_its_own_offices_and_only_what_can_be_signed(petition, sender, now):
    handover = services.freeze_handover(petition.pk, by=sender, now=now)
    stranger = make_recipient("Office of Elsewhere (demo)")
    with pytest.raises(TransitionRefused, match="Elsewhere"):
        services.request_handover(handover.pk, [stranger], language="en", reply_by=REPLY_BY, by=sender, now=now)
    Petition.objects.update(state="draft")
    with pytest.raises(TransitionRefused, match="open, closed"):
        services.freeze_handover(petition.pk, by=sender, now=now)


def test_files_are_made_in_no_transaction_and_name_only_who_still_agrees(client, petition, sender, now, monkeypatch):
    client.force_login(sender)
    made, outside = handing_over._files, len(connection.atomic_blocks)
    late = Signature.objects.filter(consent_handover=None).first()
    agreed = Signature.objects.exclude(consent_handover=None).first()

    def meanwhile(changed, consent):
        def files(*args):
            assert len(connection.atomic_blocks) == outside
            Signature.objects.filter(pk=changed.pk).update(consent_handover=consent)
            return made(*args)

        monkeypatch.setattr(handing_over, "_files", files)
        return client.post("/admin/petitions/handover/add/", {"petition": petition.pk}, follow=True)

    meanwhile(late, agreed.consent_handover)
    handover = petition.handovers.get()
    assert (handover.named_count, handover.named.count()) == (3, 3)
    assert not handover.named.filter(signature=late).exists()
    page = meanwhile(agreed, None)
    assert "may not be given any more" in page.content.decode()
    assert petition.handovers.get() == handover


@pytest.mark.parametrize("switch", ["duty_of_care", "names_hidden"])
def test_under_duty_of_care_nobody_is_named(petition, sender, now, switch):
    Petition.objects.update(**{switch: True})
    handover = services.freeze_handover(petition.pk, by=sender, now=now)
    assert handover.named_count == 0
    assert not handover.files.filter(has_names=True).exists()
    assert bool(handover.totals["countries"]) == (switch == "names_hidden")


class TestTakingTheNameBack:
    @pytest.fixture
    def person(self, petition):
        return Signature.objects.get(address_fingerprint=(1).to_bytes(32))

    def test_before_approval_it_is_void_and_nothing_leaves(self, release, person, now):
        erase_signatures(bytes(person.address_fingerprint), now, now)
        release.refresh_from_db()
        assert release.state == "stopped"
        with pytest.raises(ReleaseRefused):
            letters.approve_release(release.pk, by=make_user("sender"), now=now)
        assert not Letter.objects.exists()
        assert HandoverFile.objects.get(has_names=True).content is None
        assert not HandedOver.objects.exists()

    def test_a_struck_out_name_does_not_pass_the_second_person(self, release, person, now):
        Signature.objects.filter(pk=person.pk).update(state="invalidated")
        with pytest.raises(ReleaseRefused, match="may not be given"):
            letters.approve_release(release.pk, by=make_user("sender"), now=now)

    def test_in_the_cooling_off_period_what_waits_is_stopped(self, release, person, sent_mail, now):
        letters.approve_release(release.pk, by=make_user("sender"), now=now)
        services.withdraw_signature(person.pk, shown=services.state_digest(person), now=now)
        Email.objects.filter(kind="letters.letter").update(due_at=now)
        send_due_mail()
        assert sent_mail == []
        assert {letter.progress for letter in Letter.objects.with_progress()} == {"stopped"}

    def test_after_it_left_the_page_behind_the_link_tells_it_and_our_copy_goes(self, release, person, client, now):
        letters.approve_release(release.pk, by=make_user("sender"), now=now)
        Email.objects.filter(kind="letters.letter").update(state="sent", sent_at=now)
        address = path(MANAGE, person)
        friendly = Recipient.objects.get(is_hostile=False)
        page = client.get(address).content.decode()
        assert f"Your name went to {friendly.name}" in page
        erase_signatures(bytes(person.address_fingerprint), now, now)
        assert HandoverFile.objects.get(has_names=True).content is None
        assert Release.objects.get().state == "approved"


def test_at_the_desk_a_sender_freezes_takes_along_and_asks(client, petition, sender, now):
    client.force_login(sender)
    made = client.post("/admin/petitions/handover/add/", {"petition": petition.pk})
    handover = petition.handovers.get()
    assert made.status_code == 302
    page = client.get(f"/admin/petitions/handover/{handover.pk}/change/")
    assert page.status_code == 200
    assert "names.csv" in page.content.decode()
    assert (
        "3 names go along, to offices that are not marked hostile. Next: ask for the letters." in page.content.decode()
    )
    taken = client.get(f"/admin/petitions/handover/{handover.pk}/files/names.csv")
    assert "박서연" in taken.content.decode()
    assert taken["Content-Disposition"].startswith("attachment")
    assert AuditEntry.objects.get(act="petitions.take_handover").details["file"] == "names.csv"
    assert client.get(f"/admin/petitions/handover/{handover.pk}/files/letters.csv").status_code == 404
    asking = f"/admin/petitions/handover/{handover.pk}/actions/ask_for_release/"
    assert client.get(asking).status_code == 200
    said = {"recipients": [row.pk for row in petition.recipients.all()], "language": "en", "reply_by": "2020-01-01"}
    assert client.post(asking, said).status_code == 422
    assert client.post(asking, said | {"reply_by": "2099-01-01"}).status_code == 302
    release = Release.objects.get()
    assert release.about == handover.about
    change = f"/admin/petitions/handover/{handover.pk}/change/"
    assert "wait for somebody other" in client.get(change).content.decode()
    letters.approve_release(release.pk, by=make_user("sender"), now=now)
    assert "were approved" in client.get(change).content.decode()
    client.force_login(make_user("editor"))
    assert client.get(f"/admin/petitions/handover/{handover.pk}/files/names.csv").status_code in {302, 403}
