"""The life of a petition: who writes it does not publish it."""

import pytest

from petitions import services
from petitions.exceptions import TransitionRefused
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition(state="draft")


def test_neither_the_author_nor_the_last_writer_publishes(petition, now):
    writer = make_user("editor")
    services.note_writer(petition.pk, by=writer)
    services.submit_petition(petition.pk, by=writer, now=now)
    for person in (petition.author, writer):
        with pytest.raises(TransitionRefused, match="somebody other than"):
            services.publish_petition(petition.pk, by=person, now=now)
    assert services.publish_petition(petition.pk, by=make_user("editor"), now=now).state == "open"


def test_after_the_draft_nobody_becomes_its_writer(petition, now):
    services.submit_petition(petition.pk, by=petition.author, now=now)
    services.note_writer(petition.pk, by=make_user("editor"))
    petition.refresh_from_db()
    assert petition.last_written_by is None
