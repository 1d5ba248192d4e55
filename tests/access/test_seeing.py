"""What the pages of the desk show to whom: names and addresses of people, and replies that are not public."""

import os
from unittest.mock import patch

import pytest

from letters.models import Reply
from tests.access import words
from tests.access.words import OPENS

pytestmark = pytest.mark.django_db
LONG = os.environ.get("TEST_LONG") == "1"

READ_SIGNATURES = {"moderator", "safeguarding", words.SUPERUSER}
KNOW_DELEGATES = {"editor", "moderator", words.SUPERUSER}
# What no page of the desk may show to anybody but these; the signer of `own` is called Kim Ha-neul.
PRIVATE = {
    "Anna Kim": READ_SIGNATURES,
    "supporter.example": set(),
    "@supporter.example": set(),
    "Kim Ha-neul": KNOW_DELEGATES | {"administrator"},  # and the history of everything says who did what
    "Said on the telephone": {"sender", words.SUPERUSER},
}
TREND = "admin:petitions_signature_trend"  # names the mail domains, to whoever may moderate and see addresses as well
# The role that reads most in `make test`; everybody in `make test-long`.
READERS = [*words.ROLES, words.NO_ROLE, words.SUPERUSER] if LONG else ["auditor"]


@pytest.fixture(autouse=True)
def _without_pdf():
    """Pages are drawn; a PDF is not searched."""
    with patch("letters.rendering.pdf._compile", return_value=b"%PDF, not set"):
        yield


@pytest.fixture
def private_reply(world):
    reply = world.rows["letters.reply"]
    Reply.objects.filter(pk=reply.pk).update(visibility="private", summaries={"en": "Said on the telephone."})
    return reply


@pytest.mark.parametrize("person", READERS)
def test_no_page_shows_a_role_what_it_may_not_see(world, asker, cases, private_reply, person):
    opened, wrong = 0, []
    for case in cases:
        if not case.at_desk or case.expected("GET", person) != OPENS:
            continue
        opened += 1
        body = case.ask(asker, world, "GET", person).body.decode(errors="replace")
        found = [what for what, may in PRIVATE.items() if what in body and person not in may]
        is_history = found == ["Kim Ha-neul"] and "auditentry" in case.name
        is_trend = found == ["supporter.example"] and case.name == TREND and person == words.SUPERUSER
        if found and not is_history and not is_trend:
            wrong.append(f"{case.name} shows {found}")
    assert not wrong, f"{person}:\n" + "\n".join(wrong)
    assert opened >= 4  # the start page and those about oneself


@pytest.mark.parametrize(("person", "may"), [("sender", True), ("auditor", False), ("press", False)])
def test_a_private_reply_is_read_by_who_records_it(world, asker, private_reply, person, may):
    session = world.session(person)
    pages = [
        "/admin/letters/reply/",
        f"/admin/letters/reply/{private_reply.pk}/change/",
        f"/admin/letters/letter/{private_reply.letter_id}/change/",
    ]
    for page in pages:
        assert ("Said on the telephone" in asker.ask(session, "GET", page).body.decode()) == may, page
    Reply.objects.filter(pk=private_reply.pk).update(visibility="summary")
    for page in pages:
        assert "Said on the telephone" in asker.ask(session, "GET", page).body.decode(), page


def test_a_supporter_is_named_on_the_page_of_the_signature_and_nowhere_else(world, asker, cases):
    naming = [
        case.name
        for case in cases
        if case.at_desk and case.expected("GET", "safeguarding") == OPENS
        if b"Anna Kim" in case.ask(asker, world, "GET", "safeguarding").body
    ]
    assert naming == ["admin:petitions_signature_change"]
