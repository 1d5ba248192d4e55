"""The same act on many connections at once, on whichever database this run claims."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from letters import services as letters
from letters.models import Letter
from outbox import kinds, sending
from outbox.models import Email
from outbox.services import write_email
from petitions import services as petitions
from petitions.models import Signature
from statements import services as statements
from statements.models import CoSignature
from statements.services import request_release
from tests.factories import (
    NOW,
    make_delegate,
    make_petition,
    make_published,
    make_recipient,
    make_statement,
    make_template,
    make_user,
)
from tests.journeys.site import wait_for
from tests.letters.test_releases import REPLY_BY

pytestmark = pytest.mark.django_db(transaction=True)  # the flush at the end writes the roles anew

MANY = 40
AT_ONCE = 8  # threads; more connections than any pool has


def at_once(act, arguments):
    """Call `act` for each argument, AT_ONCE starting together each time; returns the results or exceptions."""
    barrier = Barrier(AT_ONCE)

    def run(argument):
        try:
            barrier.wait(timeout=20)
            return act(argument)
        except Exception as exc:
            return exc
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, arguments))


def problems(results):
    return [result for result in results if isinstance(result, Exception)]


def test_forty_posts_of_one_address_are_one_signature():
    petition = make_petition()

    def sign(number):
        address = "min.ji@gmail.com" if number % 2 else f"minji+{number}@googlemail.com"
        petitions.sign_petition(petition, name="Minji", email=address, language="en", now=NOW)

    assert problems(at_once(sign, range(MANY))) == []
    assert Signature.objects.count() == 1
    assert Email.objects.filter(state="queued").count() <= 3


def test_forty_confirmations_count_one_and_two_tallies_add_it_once():
    petition = make_petition()
    petitions.sign_petition(petition, name="Minji", email="a@people.example", language="en", now=NOW)
    signature = Signature.objects.get()
    confirmed = at_once(lambda _: petitions.confirm_signature(signature.pk, now=NOW), range(MANY))
    assert problems(confirmed) == []
    assert problems(at_once(lambda _: petitions.refresh_signature_counts(now=NOW), range(AT_ONCE))) == []
    petition.refresh_from_db()
    assert petition.signature_count == 1


def test_thirty_two_people_at_once_are_thirty_two():
    petition = make_petition()

    def sign_and_confirm(number):
        address = f"person{number}@people.example"
        petitions.sign_petition(petition, name=f"Person {number}", email=address, language="en", now=NOW)

    assert problems(at_once(sign_and_confirm, range(32))) == []
    ids = list(Signature.objects.values_list("pk", flat=True))
    assert problems(at_once(lambda pk: petitions.confirm_signature(pk, now=NOW), ids)) == []
    assert problems(at_once(lambda _: petitions.refresh_signature_counts(now=NOW), range(AT_ONCE))) == []
    petition.refresh_from_db()
    assert petition.signature_count == Signature.objects.confirmed().count() == 32


def test_forty_co_signs_of_one_invitation_are_one():
    statement, delegate = make_statement(), make_delegate()
    statements.invite_organizations(statement.pk, [delegate.organization], by=statement.author, now=NOW)
    digest = statement.versions.get().digest

    def cosign(_):
        return statements.cosign(
            statement.pk,
            delegate=delegate,
            digest=digest,
            signer_name="Kim",
            signer_title="Director",
            authority="Board",
            language_read="en",
            now=NOW,
        )

    assert problems(at_once(cosign, range(MANY))) == []
    assert CoSignature.objects.count() == 1
    assert Email.objects.filter(kind="statements.receipt").count() == 1


def test_two_approvals_at_once_write_each_letter_once():
    make_template()
    statement, approver = make_published(), make_user("sender")
    recipients = [make_recipient() for _ in range(10)]
    release = request_release(
        statement.pk, recipients, language="en", reply_by=REPLY_BY, by=make_user("sender"), now=NOW
    )
    results = at_once(lambda _: letters.approve_release(release.pk, by=approver, now=NOW), range(AT_ONCE))
    assert sorted(results) == [0] * (AT_ONCE - 1) + [10]
    assert Letter.objects.count() == 10


@pytest.mark.parametrize(("limit", "workers", "taken"), [(5, AT_ONCE, 5 * AT_ONCE), (20, 2 * AT_ONCE, 64)])
def test_workers_at_once_claim_each_message_for_one_of_them(limit, workers, taken):
    for number in range(64):
        write_email("tests", to="a@office.example", subject="…", text="…", key=f"parallel:{number}", now=NOW)
    claims = at_once(lambda _: [row.pk for row in sending.claim_due(NOW, limit=limit)], range(workers))
    assert problems(claims) == []
    if taken < 64:
        assert {len(claim) for claim in claims} == {limit}  # none believes that nothing is left
    claimed = [pk for claim in claims for pk in claim]
    assert len(claimed) == len(set(claimed)) == taken
    assert Email.objects.filter(state="sending").count() == taken


class Obliging:
    """A mail server's end of the line that takes everything, and first does what the test asks."""

    meanwhile = staticmethod(lambda: None)

    def open(self):
        pass

    def send(self, wire):
        Obliging.meanwhile()
        return "250 taken"

    def close(self):
        pass


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one lock for all rows")
@pytest.mark.parametrize("may_repeat", [False, True], ids=["letter", "confirmation"])
def test_the_end_of_one_message_does_not_wait_for_the_lock_of_the_next(settings, monkeypatch, may_repeat):
    """Whoever has locked the second and now wants the first would wait for the sender, and the sender for them."""
    settings.OUTBOX_TRANSPORT = "tests.test_parallel.Obliging"
    monkeypatch.setitem(kinds._kinds, "tests", kinds.Kind("tests", may_repeat=may_repeat))
    first, second = (
        write_email("tests", to="a@office.example", subject="…", text="…", key=f"parallel:{number}", now=NOW)
        for number in range(2)
    )
    locked = Event()

    def touch_both():
        with transaction.atomic():
            Email.objects.filter(pk=second.pk).update(about="second")
            locked.set()
            wait_for(lambda: Email.objects.filter(pk=first.pk, state="sent").exists())
            Email.objects.filter(pk=first.pk).update(about="first")
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        touching = []

        def meanwhile():
            if not touching:
                touching.append(pool.submit(touch_both))
                assert locked.wait(20)

        monkeypatch.setattr(Obliging, "meanwhile", staticmethod(meanwhile))
        sent = sending.send(sending.claim_due(NOW))
        touching[0].result(20)
    sent += sending.send(sending.claim_due(NOW))  # the second, where it was still in somebody's hands and went back
    assert sent == 2
    assert set(Email.objects.values_list("state", "about")) == {("sent", "first"), ("sent", "second")}
