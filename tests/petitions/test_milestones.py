"""Milestones: staff hear once, and nothing leaves by itself."""

import pytest

from desk.queues import start_page
from outbox.models import Email
from petitions import services
from petitions.exceptions import TransitionRefused
from petitions.models import Milestone, Petition
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def milestone():
    return Milestone.objects.create(petition=make_petition(), threshold=100, tell_recipients=True)


def reach(milestone, count, now):
    Petition.objects.filter(pk=milestone.petition_id).update(signature_count=count)
    return services.reach_milestones(now=now)


def test_staff_hear_once_however_the_count_goes(milestone, now):
    editor, press = make_user("editor", language="ko"), make_user("press")
    make_user("moderator"), make_user("editor", is_active=False)
    assert reach(milestone, 99, now) == 0
    assert not Email.objects.exists()
    assert [reach(milestone, count, now) for count in (100, 120, 90, 100)] == [1, 0, 0, 0]
    told = {email.payload["to"]: email.payload["subject"] for email in Email.objects.all()}
    assert set(told) == {editor.email, press.email, milestone.petition.author.email}
    assert "100" in told[press.email]
    assert told[editor.email] != told[press.email]


def test_of_two_at_once_one_tells(milestone, now):
    stale = list(Milestone.objects.all())
    assert reach(milestone, 100, now) == 1
    assert Milestone.objects.filter(pk=stale[0].pk, reached_at=None).update(reached_at=now) == 0
    assert Email.objects.count() == 1


def test_a_number_passed_long_ago_is_reached_at_once_but_not_of_a_draft(now):
    draft = make_petition(state="draft")
    for petition in (draft, make_petition()):
        Petition.objects.filter(pk=petition.pk).update(signature_count=500)
        Milestone.objects.create(petition=petition, threshold=100)
    assert services.reach_milestones(now=now) == 1


def test_the_desk_proposes_until_it_is_settled(milestone, now):
    editor = make_user("editor")
    with pytest.raises(TransitionRefused, match="not reached"):
        services.settle_milestone(milestone.pk, by=editor, now=now)
    reach(milestone, 100, now)
    line = "Milestones that propose a letter or an update"
    assert line in [queue.title for queue in start_page(editor, now)["mine"]]
    services.settle_milestone(milestone.pk, by=editor, now=now)
    assert line not in [queue.title for queue in start_page(editor, now)["mine"]]


def test_the_mail_leads_to_its_page_at_the_desk(client, milestone, now):
    editor = make_user("editor")
    reach(milestone, 100, now)
    text = Email.objects.get(key=f"milestone:{milestone.pk}:{editor.pk}").payload["text"]
    assert f"/admin/petitions/milestone/{milestone.pk}/change/" in text
    assert "release of a letter" in text
    client.force_login(editor)
    page = client.get(f"/admin/petitions/milestone/{milestone.pk}/change/")
    assert "Nothing leaves by itself" in page.content.decode()
    assert client.post(f"/admin/petitions/milestone/{milestone.pk}/actions/settle/").status_code == 302
    milestone.refresh_from_db()
    assert milestone.settled_at
    assert client.get("/admin/petitions/milestone/?progress=settled").status_code == 200
