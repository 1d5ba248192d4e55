"""What was never confirmed is deleted, as the mail says."""

from datetime import timedelta

import pytest

from outbox.models import Email
from petitions import services
from petitions.models import Signature
from petitions.services import cleaning
from privacy import retention
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(now):
    return make_petition(opens_at=now - timedelta(days=1))


@pytest.fixture
def sign(petition, now):
    def sign(number=1, at=now):
        address = f"p{number}@people.example"
        services.sign_petition(petition, name="Kim", email=address, language="en", now=at)
        return Signature.objects.latest("pk")

    return sign


@pytest.fixture
def delete(settings):
    """`delete(now)` does what the clock does then."""
    return lambda now: sum(cleaning.delete_unconfirmed(now - settings.CONFIRMATION_LIFETIME))


def with_words():
    """Mails that still say something, to somebody or about a signature."""
    return Email.objects.exclude(payload__isnull=True, key__startswith="erased:")


@pytest.fixture
def expired(now, settings):
    """The first second at which a link sent at `now` works no more."""
    return now + settings.CONFIRMATION_LIFETIME


def test_a_signature_and_its_mails_live_as_long_as_the_link_and_no_second_longer(delete, sign, now, expired):
    sign()
    assert delete(expired - timedelta(seconds=1)) == 0
    assert (Signature.objects.count(), Email.objects.count()) == (1, 1)
    assert delete(expired) == 1
    assert (Signature.objects.count(), with_words().count()) == (0, 0)


def test_a_new_link_is_a_new_week(delete, sign, now, expired):
    sign()
    sign(at=now + timedelta(minutes=2))
    assert delete(expired) == 0
    assert delete(expired + timedelta(minutes=2)) == 1
    assert not with_words().exists()


def test_only_what_is_pending_is_deleted(delete, sign, now, expired):
    services.confirm_signature(sign(1).pk, now=now)
    for number, state in enumerate(("withdrawn", "invalidated"), 2):
        Signature.objects.filter(pk=sign(number).pk).update(state=state)
    assert delete(expired) == 0
    assert (Signature.objects.count(), Email.objects.count()) == (3, 3)


def test_the_mail_of_another_signature_stays(delete, sign, now, expired):
    first = sign(1)
    email = Email.objects.get()
    Email.objects.filter(pk=email.pk).update(key=f"sign:{first.pk}0:1")
    delete(expired)
    assert Email.objects.get() == email


def test_a_mail_that_is_being_sent_is_waited_for(delete, sign, expired):
    sign(1)
    Email.objects.update(state="sending")
    sign(2)
    assert delete(expired) == 1
    assert (Signature.objects.count(), with_words().get().state) == (1, "sending")
    Email.objects.update(state="failed")
    assert delete(expired) == 1
    assert not with_words().exists()


def test_more_than_a_batch_is_deleted_in_one_run(delete, sign, expired, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(cleaning, "KEYS_AT_ONCE", 1)
    for number in range(5):
        sign(number)
    assert delete(expired) == 5
    assert not with_words().exists()
