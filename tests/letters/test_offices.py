"""Offices: who holds them, how they are reached, when somebody looked last; and letters that an office has outrun."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from desk.queues.offices import releases_and_offices
from letters import services
from letters.copies import write_copies
from letters.exceptions import LettersError, OfficeRefused
from letters.models import Holder, Letter, Recipient
from letters.models.recipient import Channel
from letters.office_forms import RecipientForm, WaysField
from letters.staleness import changes_since_approval, out_of_date
from outbox import sending
from outbox.models import Email
from statements.services import request_release
from tests.factories import make_recipient, make_user

pytestmark = pytest.mark.django_db

REPLY_BY = date(2099, 1, 1)


@pytest.fixture
def sender(requester):
    return requester


@pytest.fixture
def ask(statement, sender, now):
    def ask(*offices):
        return request_release(statement.pk, offices, reply_by=REPLY_BY, by=sender, now=now)

    return ask


@pytest.fixture
def approved(ask, approver, now):
    """Letters to these offices, approved and still here."""

    def approved(*offices):
        release = ask(*offices)
        services.approve_release(release.pk, by=approver, now=now)
        return [release.letters.get(recipient=office) for office in offices]

    return approved


def held_by(office, name, **dates):
    return Holder.objects.create(recipient=office, name=name, known_on=date(2023, 1, 1), **dates)


def waits(user, now):
    return {queue.title: queue for queue in releases_and_offices(user, now)}


# --- Holders -------------------------------------------------------------------------------------
def test_the_holder_is_that_of_the_day_and_the_copy_names_them(ask, now):
    office, today = make_recipient(), now.date()
    held_by(office, "H.E. Former", until=today - timedelta(days=1))
    held_by(office, "H.E. Present", since=today, until=today + timedelta(days=30))
    held_by(office, "H.E. Next", since=today + timedelta(days=31))
    names = [getattr(office.holder_on(today + timedelta(days=days)), "name", None) for days in (-1, 0, 30, 31)]
    assert names == ["H.E. Former", "H.E. Present", "H.E. Present", "H.E. Next"]
    release = ask(office)
    for days, name in ((0, "H.E. Present"), (31, "H.E. Next")):
        copies, _refusals = write_copies(release, [Recipient.objects.get()], on=today + timedelta(days=days))
        assert copies[office.pk]["envelope"][0] == name


def test_ninety_copies_ask_for_holders_once(ask, django_assert_max_num_queries):
    release = ask(make_recipient())
    with CaptureQueriesContext(connection) as one:
        write_copies(release, Recipient.objects.all())
    for _number in range(20):
        held_by(make_recipient(), "H.E. Somebody")
    with django_assert_max_num_queries(len(one)):
        copies, _refusals = write_copies(release, Recipient.objects.all())
    assert len(copies) == 21


# --- Letters that are approved, and the office changes --------------------------------------------
def changed(**fields):
    return lambda office, now: Recipient.objects.filter(pk=office.pk).update(**fields)


CHANGES = {
    "another holder": lambda office, now: held_by(office, "H.E. New", since=now.date()),
    "e-mail address": changed(email="new@office.example"),
    "no longer in use": changed(is_active=False),
    "salutation": lambda office, now: office.forms_of_address.update(salutation="Dear Sir,"),
    "address of the envelope": lambda office, now: Recipient.objects.filter(pk=office.pk).update(
        postal_lines=["9 Hill"]
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_letter_that_an_office_outran_is_found_and_does_not_leave(approved, sender, now, what):
    office, other = make_recipient(), make_recipient()
    letter, untouched = approved(office, other)
    assert changes_since_approval(letter, on=now.date()) == []
    CHANGES[what](office, now)
    services.note_change([office.pk, other.pk], now=now + timedelta(minutes=1))
    [(stale, sentences)] = out_of_date(now.date()).items()
    assert stale == letter.pk
    assert any(what in sentence for sentence in sentences)
    assert waits(sender, now)["Approved letters whose office has changed"].count == 1
    Email.objects.update(due_at=now)
    sending.send(sending.claim_due(now))
    states = dict(Letter.objects.with_progress().values_list("pk", "progress"))
    assert states == {letter.pk: "failed", untouched.pk: "sent"}
    assert "holder or the address" in Email.objects.get(letter=letter).server_reply


def test_what_changed_before_the_approval_is_refused_there(ask, now):
    office = make_recipient()
    release = ask(office)
    held_by(office, "H.E. New")
    with pytest.raises(LettersError, match="has changed since this release was asked for"):
        services.approve_release(release.pk, by=make_user("sender"), now=now)
    assert not Letter.objects.exists()


# --- The register ---------------------------------------------------------------------------------
def test_an_office_in_a_release_that_waits_is_not_deleted_and_one_by_mistake_is(ask, sender, now):
    office, mistake = make_recipient(), make_recipient("Mistake")
    ask(office)
    with pytest.raises(OfficeRefused, match="A release that waits names this office"):
        services.delete_office(office.pk, reason="?", by=sender, now=now)
    with pytest.raises(ProtectedError):
        Recipient.objects.filter(pk=office.pk).delete()
    services.delete_office(mistake.pk, reason="Entered twice.", by=sender, now=now)
    assert list(Recipient.objects.all()) == [office]
    assert AuditEntry.objects.filter(act="letters.delete_office").count() == 1


def test_an_office_that_was_written_to_stays(approved, sender, now):
    office = make_recipient()
    approved(office)
    with pytest.raises(OfficeRefused, match="out of use"):
        services.delete_office(office.pk, reason="?", by=sender, now=now)


def test_the_queue_holds_what_nobody_verified_and_what_is_due(sender, now):
    never, due, fresh = (make_recipient() for _number in range(3))
    make_recipient(is_active=False)
    today = now.date()
    for office, ago in ((due, 300), (fresh, 3)):
        looked = today - timedelta(days=ago)
        services.verify_office(
            office.pk, verified_on=looked, review_due_on=looked + timedelta(days=180), reason="Page", by=sender, now=now
        )
    assert set(Recipient.objects.to_verify(today)) == {never, due}
    queue = waits(sender, now)["Offices to verify"]
    assert (queue.count, queue.note) == (2, "1 were never verified.")
    with pytest.raises(OfficeRefused, match="lies ahead"):
        services.verify_office(
            never.pk, verified_on=today + timedelta(days=2), review_due_on=REPLY_BY, reason="Page", by=sender, now=now
        )


def test_channels_are_chosen_in_their_order_each_once():
    field = WaysField()
    assert field.clean(["web_form", "", "post", "", "", ""]) == ["web_form", "post"]
    for wrong, sentence in ((["post", "post"], "once"), (["pigeon"], "valid choice"), ([""], "required")):
        with pytest.raises(Exception, match=sentence):
            field.clean(wrong)
    office = make_recipient(channel=Channel.POST, channels=["email", "post"])
    assert office.ways == ["post", "email"]
    assert RecipientForm(instance=office).initial["channels"] == ["post", "email"]


def test_the_public_page_says_what_the_office_is(client, now):
    office = make_recipient("Ministry of Rivers", channel=Channel.POST, channels=["post", "meeting"])
    office.forms_of_address.filter(language="ko").update(name="하천부")
    held_by(office, "H.E. Present <b>", since=date(2020, 5, 1))
    office.verified_on = date(2023, 5, 3)
    office.save()
    for path in ("/recipients/", "/ko/recipients/"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"{path}{office.slug}/").content.decode()
        assert len(asked) <= 8
        assert all(words in page for words in ("Ministry of Rivers", "하천부", "H.E. Present &lt;b&gt;", "2023"))
    assert "office12@" not in page
    assert "@office.example" not in page
