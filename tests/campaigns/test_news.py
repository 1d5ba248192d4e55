"""News: noted once, gathered into one mail a day, and told once to each person who asked for it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from campaigns import services as campaigns
from campaigns.exceptions import CampaignsError
from campaigns.models import Demand, News, NewsDigest, Outcome, Source
from letters.models import Letter, Reply
from letters.services import approve_release, record_reply
from outbox.models import Email
from petitions import notices
from petitions.models import Petition, Signature, Update
from petitions.services import mail_updates, stop_updates
from statements.models import NewsChoice
from statements.services import lift_due_embargoes, news, request_release
from tests.factories import (
    make_campaign,
    make_delegate,
    make_embargoed,
    make_petition,
    make_published,
    make_recipient,
    make_template,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def campaign():
    return make_campaign()


@pytest.fixture
def outcome(campaign):
    demand = Demand.objects.create(campaign=campaign, key="halt")
    source = Source.objects.create(slug="act", title="An act", publisher="A parliament")
    outcome = Outcome.objects.create(
        campaign=campaign, kind="vote", happened_on=date(2023, 11, 15), source=source, written_by=make_user("editor"),
        words={"en": "The chamber *voted* for it.", "ko": "의회가 가결하였습니다."},
    )  # fmt: skip
    outcome.demands.add(demand)
    return outcome


@pytest.fixture
def statement(campaign, now):
    return make_published(now=now, campaign=campaign)


def sign(petition, now, person, **fields):
    notice = notices.notice(notices.Purpose.UPDATES, "en", now)
    return Signature.objects.create(
        **{
            "petition": petition, "name": "Kim", "address": f"{person}@people.example",
            "address_fingerprint": person.to_bytes(32), "language": "en", "state": "confirmed",
            "consent_updates": notice, "created_at": now, "link_sent_at": now, "confirmed_at": now,
        } | fields
    )  # fmt: skip


def supporters_mailed():
    return sorted(email.payload["to"] for email in Email.objects.filter(kind="petitions.update"))


def delegates_mailed():
    return sorted(email.payload["to"] for email in Email.objects.filter(kind="statements.digest"))


def test_an_outcome_is_published_by_another_and_never_without_a_source_to_print(outcome, now):
    with pytest.raises(CampaignsError, match="somebody other"):
        campaigns.publish_outcome(outcome.pk, by=outcome.written_by, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outcome.objects.update(state="published", published_at=now, published_by=outcome.written_by)
    Source.objects.update(is_public=False)
    with pytest.raises(CampaignsError, match="printed"):
        campaigns.publish_outcome(outcome.pk, by=make_user("editor"), now=now)
    assert not News.objects.exists()
    Source.objects.update(is_public=True)
    assert campaigns.publish_outcome(outcome.pk, by=make_user("editor"), now=now).state == "published"
    assert News.objects.get().text_in("ko") == "의회가 가결하였습니다."


def test_one_mail_a_day_to_each_supporter_under_however_many_petitions(campaign, outcome, now):
    first, second = make_petition(campaign=campaign), make_petition(campaign=campaign)
    other = make_petition()
    for petition, person in ((first, 1), (second, 1), (second, 2), (other, 3)):
        sign(petition, now, person)
    sign(first, now, 4, consent_updates=None)
    sign(first, now, 5, language="ko")
    campaigns.publish_outcome(outcome.pk, by=make_user("editor"), now=now)
    assert campaigns.send_due_digests(now=now + DAY - timedelta(seconds=1)) == 0
    for expected in (1, 0):  # a second clock finds nothing
        assert campaigns.send_due_digests(now=now + DAY) == expected
    for _run in range(3):
        mail_updates(now=now + DAY)
    assert supporters_mailed() == ["1@people.example", "2@people.example", "5@people.example"]
    korean, english = (
        next(mail.payload for mail in Email.objects.all() if mail.payload["to"].startswith(person)) for person in "51"
    )
    assert "의회가 가결하였습니다." in korean["text"]
    assert "The chamber *voted* for it." in english["text"]
    assert english["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"/campaigns/{campaign.slug}/#demands" in english["text"]


def test_news_of_ones_own_petition_is_not_lost_to_another(campaign, outcome, now):
    first, second = make_petition(campaign=campaign), make_petition(campaign=campaign)
    sign(first, now, 1)
    sign(second, now, 1)
    campaigns.publish_outcome(outcome.pk, by=make_user("editor"), now=now)
    campaigns.tell_news(
        campaign.pk, News.Kind.HANDOVER, key="x", about=f"petition:{first.pk}", words={"en": "Delivered."},
        path="/petitions/x/", now=now,
    )  # fmt: skip
    campaigns.send_digest(NewsDigest.objects.get().pk, by=make_user("editor"), now=now)
    mail_updates(now=now)
    one, two = (mail.payload["text"] for mail in Email.objects.filter(kind="petitions.update").order_by("pk"))
    assert ("voted" in one, "Delivered" in one) == (True, False)
    assert ("voted" in two, "Delivered" in two) == (False, True)


def test_who_stops_the_updates_before_they_leave_gets_none(campaign, outcome, now):
    signature = sign(make_petition(campaign=campaign), now, 1)
    campaigns.publish_outcome(outcome.pk, by=make_user("editor"), now=now)
    campaigns.send_due_digests(now=now + DAY)
    mail_updates(now=now + DAY)
    stop_updates(signature.pk, now=now + DAY)
    assert Email.objects.get(kind="petitions.update").state == "cancelled"
    assert Update.objects.get().author is None


class TestDelegates:
    def test_each_hears_as_much_as_they_chose_and_once(self, statement, outcome, now):
        signer = statement.cosignatures.first()
        colleague = make_delegate(signer.organization, address="colleague@one.example")
        stranger, everything = make_delegate(address="stranger@two.example"), make_delegate(address="all@three.example")
        nothing = make_delegate(signer.organization, address="nothing@one.example")
        news.choose_news(everything.user, "all")
        news.choose_news(nothing.user, "none")
        campaigns.publish_outcome(outcome.pk, by=make_user("editor"), now=now)
        campaigns.send_due_digests(now=now + DAY)
        mailed = delegates_mailed()
        assert colleague.user.email in mailed
        assert signer.signed_by.email in mailed
        assert everything.user.email in mailed
        assert not {stranger.user.email, nothing.user.email} & set(mailed)
        assert len(mailed) == len(set(mailed)) == 4
        words = next(
            m for m in Email.objects.filter(kind="statements.digest") if m.payload["to"] == colleague.user.email
        )
        assert "has been published" in words.payload["text"]
        assert "The chamber *voted* for it." in words.payload["text"]

    def test_who_had_a_mail_of_the_publication_itself_hears_the_rest(self, now):
        statement = make_embargoed(until=now + timedelta(hours=1))
        signer = statement.cosignatures.first()
        colleague = make_delegate(signer.organization, address="colleague@one.example")
        lift_due_embargoes(now=now + timedelta(hours=1))
        campaigns.tell_news(
            statement.campaign_id, News.Kind.REPLY, key="x", about=f"statement:{statement.pk}",
            words={"en": "An office has answered."}, path="/statements/x/", now=now + timedelta(hours=2),
        )  # fmt: skip
        campaigns.send_due_digests(now=now + 2 * DAY)
        texts = {m.payload["to"]: m.payload["text"] for m in Email.objects.filter(kind="statements.digest")}
        assert all("An office has answered." in texts[person.email] for person in (signer.signed_by, colleague.user))
        assert "has been published" in texts[colleague.user.email]
        assert "has been published" not in texts[signer.signed_by.email]

    def test_an_answer_is_told_when_it_becomes_public_and_left_out_when_it_is_taken_back(self, statement, now):
        News.objects.all().delete()
        make_template("en")
        sender, office = make_user("sender"), make_recipient("Ministry of Merrow (demo)")
        release = request_release(statement.pk, [office], reply_by=date(2023, 12, 20), by=sender, now=now)
        approve_release(release.pk, by=make_user("sender"), now=now)
        Email.objects.filter(kind="letters.letter").update(state="sent", sent_at=now)

        def record(kind, visibility):
            said = {"received_on": now.date(), "summaries": {"en": "Yes."}, "by": sender, "now": now}
            return record_reply(Letter.objects.get(), kind=kind, visibility=visibility, **said)

        record(Reply.Kind.ANSWER, Reply.Visibility.PRIVATE)
        record(Reply.Kind.AUTOMATIC, Reply.Visibility.SUMMARY)
        assert not News.objects.exists()
        reply = record(Reply.Kind.ANSWER, Reply.Visibility.SUMMARY)
        told = News.objects.get()
        assert told.text_in("en").startswith("Ministry of Merrow (demo) has answered")
        assert told.about == f"statement:{statement.pk}"
        news.leave_out_reply(reply)
        assert not News.objects.exists()

    def test_the_link_of_the_mail_stops_them_for_people_and_programs(self, statement, outcome, client, now):
        user = statement.cosignatures.first().signed_by
        campaigns.publish_outcome(outcome.pk, by=make_user("editor"), now=now)
        campaigns.send_due_digests(now=now + DAY)
        mail = next(m for m in Email.objects.filter(kind="statements.digest") if m.payload["to"] == user.email)
        address = mail.payload["headers"]["List-Unsubscribe"].strip("<>").replace("http://localhost:8000", "")
        address = address[address.index("/unsubscribe/") :]
        assert client.get(address).status_code == 200
        assert news.scope_of(user) == "signed"
        answer = client.post(address, {"List-Unsubscribe": "One-Click"}, HTTP_ORIGIN="https://mail.example")
        assert answer.status_code == 200
        assert news.scope_of(user) == NewsChoice.Scope.NONE
        mail.refresh_from_db()
        assert mail.state == "cancelled"
        assert client.post(address.replace("/news/", "x/news/")).status_code == 404

    def test_the_profile_holds_the_choice(self, statement, client):
        user = statement.cosignatures.first().signed_by
        client.force_login(user)
        said = {"name": user.name, "language": "ko", "time_zone": "Asia/Seoul", "news": "all"}
        assert client.post("/delegate/profile/", said).status_code == 302
        assert news.scope_of(user) == "all"
        assert client.post("/delegate/profile/", said | {"news": "everything"}).status_code == 422


def test_staff_send_the_batch_now(client, campaign, outcome, now):
    editor = make_user("editor")
    campaigns.publish_outcome(outcome.pk, by=editor, now=now)
    digest = NewsDigest.objects.get()
    client.force_login(editor)
    page = client.get(f"/admin/campaigns/newsdigest/{digest.pk}/change/").content.decode()
    assert "The chamber *voted* for it." in page
    assert client.post(f"/admin/campaigns/newsdigest/{digest.pk}/actions/send_now/").status_code == 302
    digest.refresh_from_db()
    assert digest.closed_at
    assert Petition.objects.count() == 0
