"""What is shown of a count: nobody in it can be found, and it says the same as the rows."""

import random
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from petitions import page
from petitions.figures import (
    chart_of,
    figures,
    last_full_day,
    next_goal,
    periods_of,
    shown_count,
    shown_counts,
    suppressed,
)
from petitions.models import Petition, Signature, Tally
from petitions.tiles import TILES
from tests.factories import make_petition

FIRST = date(2023, 11, 1)


@pytest.mark.parametrize(
    ("first", "count", "goal"),
    [
        (100, 0, 100),
        (100, 99, 100),
        (100, 100, 250),
        (100, 250, 500),
        (100, 999, 1_000),
        (100, 1_000, 2_500),
        (100, 4_999, 5_000),
        (100, 5_000, 10_000),
        (100, 1_234_567, 2_500_000),
        (300, 10, 300),
        (300, 300, 500),
        (1, 1, 100),
    ],
)
def test_the_goal_raises_itself(first, count, goal):
    assert next_goal(first, count) == goal


@pytest.mark.parametrize(
    ("cells", "shown", "rest"),
    [
        ({"KR": 12, "JP": 5}, {"KR": 12, "JP": 5}, 0),
        ({"KR": 12, "JP": 4}, {}, 16),  # 12 beside a total of 16 would say 4
        ({"KR": 12, "JP": 7, "MM": 1}, {"KR": 12}, 8),
        ({"KR": 12, "JP": 3, "MM": 2}, {"KR": 12}, 5),
        ({"KR": 12, "TH": 9, "JP": 3, "MM": 1}, {"KR": 12}, 13),
        ({"KR": 3}, {}, 3),
        ({"KR": 12, "JP": 0}, {"KR": 12}, 0),
        ({}, {}, 0),
    ],
)
def test_no_small_cell_is_shown_or_left_over(cells, shown, rest):
    assert suppressed(cells) == (shown, rest)


def test_whoever_named_no_country_hides_who_did_alone():
    assert suppressed({"KR": 12, "": 30}, always_hidden=[""]) == ({"KR": 12}, 30)
    assert suppressed({"KR": 12, "": 30, "MM": 1}, always_hidden=[""]) == ({"KR": 12}, 31)
    assert suppressed({"KR": 12, "": 2}, always_hidden=[""]) == ({}, 14)


def test_random_counts_never_leave_a_small_cell(rounds):
    dice = random.Random(4)
    for _round in range(rounds(300, 20_000)):
        cells = {code: dice.choice([0, 1, 2, 4, 5, 6, 40]) for code in dice.sample(sorted(TILES), dice.randint(0, 8))}
        shown, rest = suppressed(cells)
        hidden = [count for code, count in cells.items() if count and code not in shown]
        assert sum(shown.values()) + rest == sum(cells.values())
        assert all(count >= 5 for count in shown.values())
        assert not shown or not rest or (rest >= 5 and len(hidden) > 1)
        days = {FIRST + timedelta(days=dice.randint(0, 400)): count for count in cells.values()}
        periods = periods_of(days)
        assert all(period.count >= 5 for period in periods)
        assert len(periods) <= 31
        assert sum(period.count for period in periods) in {sum(days.values()), 0}


def test_quiet_days_stand_with_their_neighbors():
    days = {FIRST: 2, FIRST + timedelta(days=1): 9, FIRST + timedelta(days=2): 5, FIRST + timedelta(days=4): 1}
    lines = [(period.first.day, period.last.day, period.count, period.total) for period in periods_of(days)]
    assert lines == [(1, 2, 11, 11), (3, 5, 6, 17)]
    assert periods_of({FIRST: 4}) == []


def test_a_chart_ends_at_the_sum():
    periods = periods_of({FIRST + timedelta(days=day): 10 for day in range(10)})
    chart = chart_of(periods)
    assert chart.points.split()[-1] == "542.0,14.0"  # the upper right corner: 100 of 100
    assert [number for _height, number in chart.heights] == [0, 50, 100]
    assert chart_of(periods[:1]) is None


@pytest.fixture
def petition():
    return make_petition(goal=100)


def tally(petition: Petition, **cells: int) -> None:
    """tally(petition, KR=12): as many signatures a day before yesterday."""
    day = last_full_day(petition, timezone.now()) - timedelta(days=1)
    for country, count in cells.items():
        for back in (1, 0):
            country_code = "" if country == "none" else country
            half = count // 2 if back else count - count // 2
            Tally.objects.create(
                petition=petition, day=day - timedelta(days=back), country=country_code, kind="online", count=half
            )
    Petition.objects.filter(pk=petition.pk).update(signature_count=sum(cells.values()))
    petition.refresh_from_db()


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_says_the_same_in_chart_map_and_tables(client, petition, language):
    tally(petition, KR=1200, JP=30, MM=2, none=70)
    prefix = "" if language == "en" else "/ko"
    html = client.get(f"{prefix}/petitions/{petition.slug}/").content.decode()
    with translation.override(language):
        korea = {"en": "South Korea", "ko": "대한민국"}[language]
        assert f"<title>{korea}: 1,200</title>" in html
        assert re.search(rf'<th scope="row">{korea}</th><td[^>]*>1,200</td>', html)
    assert re.search(r"<polyline[^>]* points=\"62,214 ", html)
    assert "Myanmar" not in html.split('id="figures"')[1].split("</section>")[0]
    assert re.search(r"<th scope=\"row\">[^<]+</th><td[^>]*>72</td>", html)  # 2 of Myanmar with 70 of nowhere
    assert " style=" not in html


@pytest.mark.django_db
def test_today_is_not_in_the_figures_yet(petition):
    now = timezone.now()
    tally(petition, KR=12)
    today = last_full_day(petition, now) + timedelta(days=1)
    Tally.objects.create(petition=petition, day=today, country="JP", kind="online", count=50)
    assert figures(petition, now).total == 12
    assert figures(petition, now + timedelta(days=1)).total == 62


@pytest.mark.django_db
def test_kinds_are_classes_of_the_total(petition):
    tally(petition, KR=40)
    day = last_full_day(petition, timezone.now())
    assert figures(petition, timezone.now()).kinds == []
    Tally.objects.create(petition=petition, day=day, country="KR", kind="paper", count=9)
    assert [count for _label, count in figures(petition, timezone.now()).kinds] == [40, 9]
    Tally.objects.create(petition=petition, day=day, country="KR", kind="vouched", count=1)
    found = figures(petition, timezone.now())
    assert ([count for _label, count in found.kinds], found.other_kinds) == ([40], 10)


@pytest.mark.django_db
def test_a_cold_page_with_everything_takes_eight_queries(client, petition, now):
    tally(petition, KR=1200, JP=30)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/petitions/{petition.slug}/").status_code == 200
    assert len(asked) <= 8, [query["sql"] for query in asked]


@pytest.mark.django_db
def test_figures_are_kept_for_minutes(petition, django_assert_num_queries):
    tally(petition, KR=1200)
    first = page.figures_html(petition, timezone.now())
    with django_assert_num_queries(0):
        assert page.figures_html(petition, timezone.now()) == first != ""


class TestDutyOfCare:
    @pytest.fixture
    def careful(self, petition):
        petition.duty_of_care = True
        petition.save()
        tally(petition, KR=1200, JP=30)
        day = last_full_day(petition, timezone.now()) + timedelta(days=1)
        Tally.objects.create(petition=petition, day=day, country="KR", kind="online", count=7)
        Petition.objects.filter(pk=petition.pk).update(signature_count=1237)
        signature = Signature(
            petition=petition, name="Kim Minji", show_name="full", show_country=True, country="KR", state="confirmed",
            comment="For my sister.", comment_state="approved", language="en", address="minji@people.example",
            confirmed_at=timezone.now(), created_at=timezone.now(), link_sent_at=timezone.now(),
        )  # fmt: skip
        signature.save()
        petition.refresh_from_db()
        return petition

    @pytest.mark.django_db
    def test_no_name_comment_or_country_and_the_count_of_yesterday(self, client, careful):
        html = client.get(f"/petitions/{careful.slug}/").content.decode()
        shown = re.sub(r"<select.*?</select>", "", html, flags=re.DOTALL)
        for word in (
            "Kim Minji",
            "For my sister.",
            "South Korea",
            'class="tiles"',
            'name="show_name"',
            'name="comment"',
        ):
            assert word not in shown
        assert 'data-signature-count="1230"' in html
        assert "1,237" not in html
        assert "with a delay" in html
        Petition.objects.update(duty_of_care=False)
        caches["default"].clear()
        client = Client()  # a new one, and with it an empty page cache
        html = client.get(f"/petitions/{careful.slug}/?again").content.decode()
        for word in (
            "Kim Minji",
            "For my sister.",
            "South Korea",
            'class="tiles"',
            'name="show_name"',
            'name="comment"',
        ):
            assert word in html
        assert 'data-signature-count="1237"' in html

    @pytest.mark.django_db
    @pytest.mark.parametrize("path", ["/", "/petitions/", "/campaigns/{campaign}/"])
    def test_lists_show_the_count_of_yesterday_too(self, client, careful, path):
        html = client.get(path.format(campaign=careful.campaign.slug)).content.decode()
        assert "1,230" in html
        assert "1,237" not in html

    @pytest.mark.django_db
    def test_what_a_form_from_elsewhere_sends_is_not_kept(self, client, careful):
        answers = {
            "name": "Bo Lee", "email": "bo@people.example", "show_name": "alias", "alias": "Tiger",
            "show_country": "on", "comment": "Names somebody.",
        }  # fmt: skip
        assert client.post(f"/petitions/{careful.slug}/sign/", answers).status_code == 302
        signature = Signature.objects.get(state="pending")
        assert (signature.show_name, signature.alias, signature.comment) == ("private", "", "")
        assert not signature.show_country
        assert signature.comment_state == "none"

    @pytest.mark.django_db
    def test_the_day_ends_where_the_petition_is_at_home(self, careful):
        noon = datetime(2023, 11, 20, 15, 30, tzinfo=UTC)  # half past midnight in Seoul
        assert last_full_day(careful, noon) == date(2023, 11, 20)
        careful.time_zone = "America/New_York"
        assert last_full_day(careful, noon) == date(2023, 11, 19)


@pytest.mark.django_db
def test_counts_without_duty_of_care_ask_nothing(petition, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert shown_count(petition, timezone.now()).until is None
    assert shown_counts([], timezone.now()) == {}
