"""The public calendar: deadlines on three clocks, and the same as a feed."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from letters.models import Session
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 2, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def make_session(**fields):
    route = factories.make_route(deadline_offset_days=-14, deadline_anchor="session_start")
    route.names = {"ko": "공동 서면 성명, 시연"}
    route.save()
    days = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 3, 26)}
    session = Session.objects.create(**{"body": "Council (demo)", "name": "Second session (demo)"} | days | fields)
    session.routes.set([route])
    return session, route


def test_the_page_shows_what_lies_ahead_on_three_clocks(client, django_assert_max_num_queries):
    make_session()
    make_session(name="Hidden (demo)", is_public=False)
    make_session(name="Over (demo)", starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 8))
    make_session(name="Begun (demo)", starts_on=date(2027, 1, 25), ends_on=date(2027, 2, 26))
    with django_assert_max_num_queries(8):
        answer = client.get(reverse("pages:calendar"))
    page = answer.content.decode()
    assert "public" in answer.headers["Cache-Control"]
    for words in (
        "Monday, 15 February 2027, 23:59 CET", "Monday, 15 February 2027, 17:59 EST",
        "Tuesday, 16 February 2027, 07:59 KST", '<time datetime="2027-02-15T23:59:59+01:00">',
        "By the rule as of 1 January 2023.", "Begun (demo)", "data-own-time hidden",
    ):  # fmt: skip
        assert words in page
    assert page.count("data-own-time") == 1  # the deadline of what has begun lies behind
    assert "Hidden (demo)" not in page
    assert "Over (demo)" not in page
    with translation.override("ko"):
        korean = client.get(reverse("pages:calendar")).content.decode()
    assert "공동 서면 성명, 시연" in korean
    assert "2027년 2월 15일" in korean


def test_the_feed_keeps_the_uid_when_a_deadline_moves(client, settings):
    settings.PAGE_CACHE_SECONDS = 0
    session, route = make_session()
    url = reverse("pages:deadlines-feed")
    assert url == "/feeds/deadlines.ics"

    def read():
        answer = client.get(url)
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
        return {line.partition(":")[0]: line.partition(":")[2] for line in lines[: lines.index("END:VEVENT")]}

    before = read()
    assert before["DTSTART"] == "20270215T225959Z"
    assert before["DTSTAMP"] == "20270201T120000Z"
    assert before["UID"].startswith(f"deadline-{session.pk}-{route.slug}@")
    with time_machine.travel(datetime(2027, 2, 2, tzinfo=UTC), tick=False):
        session.starts_on = date(2027, 3, 8)
        session.save()
        after = read()
    assert (after["UID"], after["DTSTART"]) == (before["UID"], "20270222T225959Z")
    assert after["DTSTAMP"] > before["DTSTAMP"]
    whole = client.get(url).content.decode()
    assert "DTSTART;VALUE=DATE:20270308\r\nDTEND;VALUE=DATE:20270327\r\n" in whole
    korean = client.get("/ko" + url).content.decode().replace("\r\n ", "")
    assert "SUMMARY:마감: 공동 서면 성명\\, 시연\r\n" in korean
