"""The start page says what waits, for whom, since when, and leads to a list of exactly that."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from desk import queues
from letters.models import Dispatch, Letter, Recipient, Release
from outbox.models import Email
from petitions import services as petitions
from petitions.models import Milestone, Petition, Signature, Update
from statements.models import Statement
from tests import factories

pytestmark = pytest.mark.django_db


def found(user, now=None):
    page = queues.start_page(user, now or timezone.now())
    return {queue.title: queue for queue in page["mine"] + page["others"]}


def everybody():
    return factories.make_user("editor", "sender", "moderator", "press", "auditor", "administrator")


def rows_listed(client, url):
    html = client.get(url).content.decode()
    return len(re.findall(r'<tr><t[dh] class="[^"]*(?:field-|action-checkbox)|<tr><th class="field-', html))


def test_every_queue_counts_right_and_its_list_holds_exactly_these(world, desk):
    user = everybody()
    now = timezone.now()
    Release.objects.filter(pk=world.approved.pk).update(send_at=now - timedelta(minutes=1))
    letter_mail, other = Email.objects.filter(kind="letters.letter").get(), Email.objects.exclude(kind="letters.letter")
    Email.objects.filter(pk=letter_mail.pk).update(state="uncertain")
    first, second, *rest = other.order_by("pk").values_list("pk", flat=True)
    Email.objects.filter(pk=first).update(state="failed")
    Email.objects.filter(pk=second).update(due_at=now - timedelta(minutes=6))
    Email.objects.filter(pk__in=rest).update(state="sent", sent_at=now)
    Dispatch.objects.update(due_on=timezone.localdate() - timedelta(days=2))
    closed = factories.make_statement(campaign=world.draft.campaign, deadline=now + timedelta(days=1), now=now)
    Statement.objects.filter(pk=closed.pk).update(state="closed")
    petitions.sign_petition(world.open_petition, name="B", email="b@supporter.example", language="en", now=now)
    Signature.objects.filter(state="pending").update(state="held", suspicion="network", confirmed_at=now)
    Email.objects.filter(created_at=now).update(state="sent", sent_at=now)
    Milestone.objects.update(reached_at=now, tell_signatories=True)
    Update.objects.update(state="in_review")

    seen = found(user)
    assert {title: queue.count for title, queue in seen.items()} == {
        "Releases that wait for approval": 1,
        "Letters failed or uncertain": 1,
        "Deliveries by staff to do": 1,
        "Statements to publish": 1,
        "Petitions in review": 1,
        "Updates in review": 1,
        "Reports of visitors": 1,
        "Signatures held for a look": 1,
        "Comments that wait for a look": 1,
        "Milestones that propose a letter or an update": 1,
        "Statements open for co-signing": 1,
        "Invitations without an answer": world.open_statement.invitations.count(),
        "Organizations that applied": 1,
        "E-mails waiting longer than five minutes": 1,
        "E-mails that failed": 1,
        "Offices whose address takes no mail": 1,
        "Offices to verify": Recipient.objects.count(),
    }
    client = desk(user)
    for queue in seen.values():
        assert rows_listed(client, queue.url) == queue.count, queue
    assert seen["Deliveries by staff to do"].note == "1 overdue."
    [line] = seen["Statements open for co-signing"].details
    assert line.startswith("After the night of 9 October: 0 of 2 signed, until")
    html = client.get("/admin/").content.decode()
    for title in seen:
        assert title in html


def test_a_letter_in_trouble_is_counted_once_and_no_more_when_another_took_its_place(world, desk):
    user, now = everybody(), timezone.now()
    Email.objects.exclude(kind="letters.letter").update(state="sent", sent_at=now)
    Email.objects.filter(kind="letters.letter").update(state="failed")
    assert {title for title in found(user) if "ailed" in title} == {"Letters failed or uncertain"}
    Letter.objects.exclude(email=None).update(replaced_at=now)
    assert not [title for title in found(user) if "ailed" in title]
    assert rows_listed(desk(user), "/admin/letters/letter/?progress=trouble") == 0
    assert rows_listed(desk(user), "/admin/letters/letter/?progress=failed") == 1


def test_age_is_that_of_the_oldest(world):
    now = timezone.now()
    Release.objects.filter(pk=world.requested.pk).update(requested_at=now - timedelta(hours=5))
    assert found(world.approver, now)["Releases that wait for approval"].since == "5\xa0hours"
    assert found(everybody(), now + timedelta(days=2))["Petitions in review"].since == "2\xa0days"


def test_what_i_asked_for_or_wrote_waits_for_others(world):
    mine = found(world.sender)["Releases that wait for approval"]
    assert (mine.is_mine, mine.note) == (False, "You asked yourself, so somebody else decides.")
    assert found(world.approver)["Releases that wait for approval"].is_mine
    assert not found(world.editor)["Petitions in review"].is_mine
    assert found(factories.make_user("editor"))["Petitions in review"].is_mine
    assert not found(factories.make_user("press"))["Petitions in review"].is_mine


def test_letters_about_to_leave_stand_on_top_with_the_exact_moment(world, desk):
    html = desk(world.sender).get("/admin/").content.decode()
    assert "leaves in" in html
    assert re.search(r"Exactly: \d+ \w+ \d{4}, \d\d:\d\d:\d\d KST \(Asia/Seoul\)", html)
    assert "leaves in" not in desk(world.editor).get("/admin/").content.decode()


def test_the_start_page_takes_few_queries_however_much_waits(world, desk):
    client = desk(everybody())
    for _ in range(5):
        factories.make_statement(deadline=timezone.now() + timedelta(days=3), now=timezone.now())
        factories.make_organization(state="applied")
    Petition.objects.update(state="in_review")
    client.get("/admin/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/")
    assert len(queries) <= 15, "\n".join(query["sql"][:120] for query in queries)
