"""Who was asked and what each office said: on its own page, on that of the campaign, and as data."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts import switches
from accounts.models import Switch
from campaigns.models import Demand, DemandText
from letters import services as letters
from letters.exceptions import LettersError
from letters.models import CodedReply, Letter, Reply
from outbox.models import Email
from statements.services import request_release
from tests.factories import make_published, make_recipient, make_template, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sender():
    return make_user("sender")


@pytest.fixture
def statement():
    statement = make_published()
    for position, (key, text) in enumerate((("halt", "Halt every return."), ("places", "Prepare <b>places</b>.")), 1):
        demand = Demand.objects.create(campaign=statement.campaign, key=key, position=position)
        DemandText.objects.create(demand=demand, language="en", addressee="All States", text=text)
    return statement


@pytest.fixture
def asked(statement, sender):
    """Letters left twelve days ago to five offices, one of them real; a sixth was never asked."""
    make_template("en")
    names = ["=Northland", "Merrow", "Halvern", "Tarn", "A real one"]
    offices = [make_recipient(name, is_fictional=name != "A real one") for name in names]
    make_recipient("Westreach")
    now = timezone.now() - 12 * DAY
    reply_by = timezone.localdate() + 20 * DAY
    release = request_release(statement.pk, offices, reply_by=reply_by, by=sender, now=now)
    letters.approve_release(release.pk, by=make_user("sender"), now=now)
    Email.objects.filter(kind="letters.letter").update(state="sent", sent_at=now)
    return {letter.recipient.name: letter for letter in Letter.objects.select_related("recipient")}


@pytest.fixture
def answer(asked, sender):
    def answer(office, kind=Reply.Kind.ANSWER, **said):
        return letters.record_reply(
            asked[office], kind=kind, received_on=timezone.localdate() - 3 * DAY, summaries={"en": "They wrote."},
            by=sender, now=timezone.now(), **({"visibility": Reply.Visibility.SUMMARY} | said),
        )  # fmt: skip

    return answer


@pytest.fixture
def coded(answer, sender):
    reply = answer("=Northland")
    halt, places = Demand.objects.order_by("position")
    codes = [
        letters.Code(halt.pk, "promise", {"en": "“We shall raise it.”", "ko": "“제기하겠습니다.”"}),
        letters.Code(places.pk, "no_word"),
    ]
    letters.code_reply(reply.pk, codes, by=sender, now=timezone.now())
    return reply


def pages(client, statement):
    campaign = f"/campaigns/{statement.campaign.slug}/answers"
    return client.get(f"{campaign}/").content.decode(), client.get(f"{campaign}.json").json()


def test_every_office_stands_where_it_belongs(client, statement, answer, coded, django_assert_max_num_queries):
    answer("Merrow", Reply.Kind.ACKNOWLEDGEMENT)
    answer("Halvern", Reply.Kind.AUTOMATIC)
    with django_assert_max_num_queries(8):
        html = client.get(f"/campaigns/{statement.campaign.slug}/answers/").content.decode()
    data = pages(client, statement)[1]
    standing = {row["name"]: (row["standing"], row["days_without_answer"]) for row in data["offices"]}
    assert standing == {
        "=Northland": ("answered", None),
        "Merrow": ("acknowledged", 12),
        "Halvern": ("acknowledged", 12),
        "Tarn": ("silent", 12),
        "A real one": ("silent", 12),
        "Westreach": ("not_asked", None),
    } | {row["name"]: ("not_asked", None) for row in data["offices"] if row["letters"] == 0}
    assert "There has been no answer for 12 days." in html
    assert "Prepare &lt;b&gt;places&lt;/b&gt;." in html
    [said] = [row["demands"] for row in data["offices"] if row["name"] == "=Northland"]
    assert said["halt"]["words"] == "“We shall raise it.”"
    assert said["places"]["verdict"] == "no_word"
    rows = list(
        csv.reader(io.StringIO(client.get(f"/campaigns/{statement.campaign.slug}/answers.csv").content.decode()))
    )
    assert rows[0][-2:] == ["halt", "places"]
    assert "'=Northland" in [row[1] for row in rows]
    assert not rows[0][0].startswith("\ufeff")
    assert client.get("/campaigns/nowhere/answers/").status_code == 404


def test_the_page_of_an_office_says_who_asked_and_what_it_said(client, asked, coded, django_assert_max_num_queries):
    office = asked["=Northland"].recipient
    with django_assert_max_num_queries(8):
        html = client.get(f"/recipients/{office.slug}/").content.decode()
    assert "by 2 organizations" in html
    assert "“We shall raise it.”" in html
    assert "“제기하겠습니다.”" in client.get(f"/ko/recipients/{office.slug}/").content.decode()


def test_what_is_private_is_not_said(client, statement, coded):
    Reply.objects.update(visibility="private")
    html, data = pages(client, statement)
    assert "We shall raise it" not in html
    [row] = [row for row in data["offices"] if row["name"] == "=Northland"]
    assert (row["standing"], row["demands"]) == ("answered", {})


def test_in_a_demonstration_nothing_is_said_of_a_real_office(client, statement, asked):
    switches.turn(Switch.Key.DEMONSTRATION, True, by=None, now=timezone.now(), reason="A test.")
    cache.clear()  # where the switches are kept until the commit, which this test never reaches
    _html, data = pages(client, statement)
    found = {row["name"]: (row["standing"], row["days_without_answer"]) for row in data["offices"]}
    assert found["A real one"] == ("written", None)
    assert found["Tarn"] == ("silent", 12)
    page = client.get(f"/recipients/{asked['A real one'].recipient.slug}/").content.decode()
    assert "No answer for" not in page
    assert "no answer for" not in page


def test_days_change_at_midnight_and_no_copy_lives_across_it(client, statement, asked, time_machine, settings):
    settings.PAGE_CACHE_SECONDS = 10
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    address = f"/campaigns/{statement.campaign.slug}/answers/"
    time_machine.move_to(midnight - timedelta(seconds=6), tick=False)
    answer = client.get(address)
    assert "for 12 days" in answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=5, must-revalidate"
    time_machine.move_to(midnight + timedelta(seconds=1), tick=False)
    silent = Letter.objects.sent().get(recipient__name="Tarn")
    assert silent.days_of_silence(timezone.now()) == 13


class TestCoding:
    def test_claims_rest_on_words_and_belong_to_the_campaign(self, answer, sender):
        reply, now = answer("Merrow"), timezone.now()
        halt = Demand.objects.get(key="halt")
        with pytest.raises(LettersError, match="words"):
            letters.code_reply(reply.pk, [letters.Code(halt.pk, "refusal", {"en": " "})], by=sender, now=now)
        stranger = Demand.objects.create(campaign=make_published().campaign, key="other")
        with pytest.raises(LettersError, match="demands of the campaign"):
            letters.code_reply(reply.pk, [letters.Code(stranger.pk, "no_word")], by=sender, now=now)
        receipt = answer("Tarn", Reply.Kind.AUTOMATIC)
        with pytest.raises(LettersError, match="Only an answer"):
            letters.code_reply(receipt.pk, [letters.Code(halt.pk, "no_word")], by=sender, now=now)
        assert not CodedReply.objects.exists()

    def test_at_the_desk(self, client, answer, sender):
        reply, halt = answer("Merrow"), Demand.objects.get(key="halt")
        client.force_login(sender)
        address = f"/admin/letters/reply/{reply.pk}/actions/code/"
        assert client.get(address).status_code == 200
        assert client.post(address, {f"verdict_{halt.pk}": "promise"}).status_code == 422
        said = {f"verdict_{halt.pk}": "promise", f"words_{halt.pk}_en": "They will.", f"words_{halt.pk}_ko": ""}
        assert client.post(address, said).status_code == 302
        code = CodedReply.objects.get()
        assert (code.verdict, code.words, code.coded_by) == ("promise", {"en": "They will."}, sender)
