"""The life of a petition, right to the second, and what its page says in each state."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.admin_fields import moment_at
from accounts.exceptions import ReasonMissing
from accounts.models import AuditEntry
from petitions import services
from petitions.admin.forms import PetitionForm
from petitions.exceptions import TransitionRefused
from petitions.models import Petition
from tests.factories import make_petition, make_user

SECOND = timedelta(seconds=1)
# The wall time written at the desk, the zone, and the moment it stands for (None: refused).
CLOCKS = [
    # Seoul keeps one time all year.
    ("2026-03-29 02:30:00", "Asia/Seoul", "2026-03-28 17:30:00"),
    ("2026-10-25 02:30:00", "Asia/Seoul", "2026-10-24 17:30:00"),
    ("2026-12-31 23:59:59", "Asia/Seoul", "2026-12-31 14:59:59"),
    ("2026-01-01 00:00:00", "Asia/Seoul", "2025-12-31 15:00:00"),
    ("2026-06-30 12:00:01", "Asia/Seoul", "2026-06-30 03:00:01"),
    # Berlin: 29 March 2026 at 2:00 to 3:00, 25 October at 3:00 to 2:00.
    ("2026-03-29 01:59:59", "Europe/Berlin", "2026-03-29 00:59:59"),
    ("2026-03-29 02:00:00", "Europe/Berlin", None),
    ("2026-03-29 02:59:59", "Europe/Berlin", None),
    ("2026-03-29 03:00:00", "Europe/Berlin", "2026-03-29 01:00:00"),
    ("2026-10-25 01:59:59", "Europe/Berlin", "2026-10-24 23:59:59"),
    ("2026-10-25 02:00:00", "Europe/Berlin", None),
    ("2026-10-25 02:59:59", "Europe/Berlin", None),
    ("2026-10-25 03:00:00", "Europe/Berlin", "2026-10-25 02:00:00"),
    # New York: 8 March 2026 at 2:00 to 3:00, 1 November at 2:00 to 1:00.
    ("2026-03-08 01:59:59", "America/New_York", "2026-03-08 06:59:59"),
    ("2026-03-08 02:30:00", "America/New_York", None),
    ("2026-03-08 03:00:00", "America/New_York", "2026-03-08 07:00:00"),
    ("2026-11-01 00:59:59", "America/New_York", "2026-11-01 04:59:59"),
    ("2026-11-01 01:00:00", "America/New_York", None),
    ("2026-11-01 01:59:59", "America/New_York", None),
    ("2026-11-01 02:00:00", "America/New_York", "2026-11-01 07:00:00"),
    # London.
    ("2026-03-29 00:59:59", "Europe/London", "2026-03-29 00:59:59"),
    ("2026-03-29 01:30:00", "Europe/London", None),
    ("2026-03-29 02:00:00", "Europe/London", "2026-03-29 01:00:00"),
    ("2026-10-25 01:30:00", "Europe/London", None),
    ("2026-10-25 02:00:00", "Europe/London", "2026-10-25 02:00:00"),
    # Lord Howe Island moves by half an hour only: 5 April at 2:00 to 1:30, 4 October at 2:00 to 2:30.
    ("2026-04-05 01:29:59", "Australia/Lord_Howe", "2026-04-04 14:29:59"),
    ("2026-04-05 01:45:00", "Australia/Lord_Howe", None),
    ("2026-04-05 02:00:00", "Australia/Lord_Howe", "2026-04-04 15:30:00"),
    ("2026-10-04 02:15:00", "Australia/Lord_Howe", None),
    ("2026-10-04 02:30:00", "Australia/Lord_Howe", "2026-10-03 15:30:00"),
    # Kathmandu is a quarter of an hour off.
    ("2026-03-29 02:30:00", "Asia/Kathmandu", "2026-03-28 20:45:00"),
    ("2026-07-01 00:00:00", "Asia/Kathmandu", "2026-06-30 18:15:00"),
    ("2026-07-01 00:00:01", "Asia/Kathmandu", "2026-06-30 18:15:01"),
    # Santiago changes at midnight: 5 April at 0:00 to 23:00 the day before, 6 September at 0:00 to 1:00.
    ("2026-04-04 22:59:59", "America/Santiago", "2026-04-05 01:59:59"),
    ("2026-04-04 23:30:00", "America/Santiago", None),
    ("2026-04-05 00:00:00", "America/Santiago", "2026-04-05 04:00:00"),
    ("2026-09-06 00:00:00", "America/Santiago", None),
    ("2026-09-06 01:00:00", "America/Santiago", "2026-09-06 04:00:00"),
    # UTC.
    ("2026-02-28 23:59:59", "UTC", "2026-02-28 23:59:59"),
    ("2026-03-01 00:00:00", "UTC", "2026-03-01 00:00:00"),
]


def test_the_table_holds_forty_cases_in_eight_zones():
    assert len(CLOCKS) >= 40
    assert len({zone for _wall, zone, _moment in CLOCKS}) == 8


@pytest.mark.parametrize(("wall", "zone", "moment"), CLOCKS)
def test_it_opens_and_closes_at_the_second_that_was_written(wall, zone, moment):
    written = datetime.fromisoformat(wall)
    if moment is None:
        with pytest.raises(ValidationError, match="choose another"):
            moment_at(written, zone)
        return
    instant = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    closing = Petition(state="open", time_zone=zone, closes_at=moment_at(written, zone))
    assert (closing.is_open(instant - SECOND), closing.is_open(instant)) == (True, False)
    opening = Petition(state="open", time_zone=zone, opens_at=moment_at(written, zone))
    assert (opening.is_open(instant - SECOND), opening.is_open(instant)) == (False, True)
    assert closing.accepts_confirmation(instant + timedelta(hours=24) - SECOND)
    assert not closing.accepts_confirmation(instant + timedelta(hours=24))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wall", "zone", "sentence"),
    [
        ("2026-03-29T02:30", "Europe/Berlin", "jump over"),
        ("2026-10-25T02:30", "Europe/Berlin", "comes twice"),
        ("2026-10-25T03:30", "Europe/Berlin", None),
    ],
)
def test_a_time_that_is_not_or_is_twice_is_answered_beside_the_field(wall, zone, sentence):
    petition = make_petition(state="draft")
    sent = {
        "campaign": petition.campaign_id, "slug": petition.slug, "goal": "100", "closes_at": wall, "time_zone": zone,
        "recipients": [recipient.pk for recipient in petition.recipients.all()],
    }  # fmt: skip
    errors = PetitionForm(sent, instance=petition).errors
    assert (sentence in str(errors["closes_at"])) if sentence else not errors


@pytest.fixture
def petition(now):
    return make_petition(closes_at=now)


@pytest.mark.django_db
class TestTheClock:
    def test_the_state_follows_and_a_second_run_changes_nothing(self, petition, now):
        scheduled = make_petition(opens_at=now - SECOND, closes_at=now + SECOND)
        draft = make_petition(state="draft", closes_at=now - SECOND)
        assert services.close_due_petitions(now=now - SECOND) == 0
        assert [services.close_due_petitions(now=now) for _run in range(2)] == [1, 0]
        states = dict(Petition.objects.values_list("pk", "state"))
        assert (states[petition.pk], states[scheduled.pk], states[draft.pk]) == ("closed", "open", "draft")
        line = AuditEntry.objects.get(act="petitions.close_petition")
        assert line.by is None
        assert line.object_id == petition.pk

    def test_a_draft_never_opens_by_itself(self, now):
        draft = make_petition(state="draft", opens_at=now - SECOND)
        services.close_due_petitions(now=now)
        assert not Petition.objects.open(now).filter(pk=draft.pk).exists()
        assert not draft.is_open(now)

    def test_what_would_close_before_it_is_published_is_sent_back_to_its_dates(self, now):
        late = make_petition(state="in_review", closes_at=now)
        with pytest.raises(TransitionRefused, match="has passed"):
            services.publish_petition(late.pk, by=make_user("editor"), now=now)
        assert services.publish_petition(late.pk, by=make_user("editor"), now=now - SECOND).state == "open"


@pytest.mark.django_db
class TestTheEnd:
    def test_it_is_delivered_once_nobody_can_confirm_any_more(self, petition, now):
        editor = make_user("editor")
        Petition.objects.update(signature_count=1234)
        services.close_due_petitions(now=now)
        with pytest.raises(TransitionRefused, match="21 November 2023, 21:00"):
            services.deliver_petition(petition.pk, by=editor, now=now + timedelta(hours=24) - SECOND)
        delivered = services.deliver_petition(petition.pk, by=editor, now=now + timedelta(hours=24))
        assert (delivered.state, delivered.delivered_count) == ("delivered", 1234)
        archived = services.archive_petition(petition.pk, by=editor, now=now + timedelta(days=2))
        assert (archived.state, archived.archived_at) == ("archived", now + timedelta(days=2))

    @pytest.mark.parametrize("state", ["draft", "in_review", "open", "archived"])
    def test_only_what_is_closed_is_delivered_or_archived(self, state, now):
        other = make_petition(state=state)
        for step in (services.deliver_petition, services.archive_petition):
            with pytest.raises(TransitionRefused, match="not possible now"):
                step(other.pk, by=make_user("editor"), now=now)

    def test_an_open_petition_can_close_later_and_a_closed_one_is_not_opened(self, petition, now):
        editor, later = make_user("editor"), now + timedelta(days=3)
        with pytest.raises(TransitionRefused, match="later moment"):
            services.extend_petition(petition.pk, closes_at=now - SECOND, by=editor, now=now - timedelta(days=1))
        assert services.extend_petition(petition.pk, closes_at=later, by=editor, now=now - SECOND).closes_at == later
        line = AuditEntry.objects.get(act="petitions.extend_petition")
        assert line.details == {"from": now.isoformat(), "until": later.isoformat()}
        with pytest.raises(TransitionRefused, match="not opened again"):
            services.extend_petition(petition.pk, closes_at=later + SECOND, by=editor, now=later)

    def test_the_desk_lets_it_close_later_in_the_zone_of_the_petition(self, client):
        ends = timezone.now().replace(microsecond=0) + timedelta(days=2)
        petition = make_petition(closes_at=ends, time_zone="Europe/Berlin")
        client.force_login(make_user("editor"))
        path = f"/admin/petitions/petition/{petition.pk}/actions/extend/"
        year = ends.year + 1
        for wall, sentence in ((last_sunday(year, 3, 2), "jump over"), (last_sunday(year, 10, 2), "comes twice")):
            answer = client.post(path, {"closes_at": wall})
            assert answer.status_code == 422
            assert sentence in answer.content.decode()
        assert client.post(path, {"closes_at": f"{year}-07-01T12:00:00"}).status_code == 302
        petition.refresh_from_db()
        assert petition.closes_at == datetime(year, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))


def last_sunday(year: int, month: int, hour: int) -> str:
    day = datetime(year, month, 31, hour, 30, tzinfo=UTC)
    return (day - timedelta(days=(day.weekday() + 1) % 7)).replace(tzinfo=None).isoformat()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words", "signs"),
    [
        ({"opens_at": timedelta(days=3)}, ["Not open yet", "Signing opens on", "(Asia/Seoul)", "That is in"], False),
        ({"closes_at": timedelta(days=3)}, ["Sign, then confirm by e-mail"], True),
        ({"closes_at": -timedelta(hours=1)}, ["Closed", "can still be used for 24 hours"], False),
        ({"state": "closed", "closes_at": -timedelta(days=3)}, ["Closed", "Signatures were taken until"], False),
        (
            {"state": "delivered", "delivered_at": timedelta(0), "delivered_count": 1234},
            ["Delivered", "delivered with 1,234 signatures to"],
            False,
        ),
        ({"state": "archived"}, ["Archived", "Nothing more is added"], False),
    ],
)
def test_the_page_says_where_the_petition_stands(client, fields, words, signs):
    now = timezone.now()
    shown = {name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    petition = make_petition(**shown)
    html = client.get(f"/petitions/{petition.slug}/").content.decode()
    assert [word for word in words if word not in html] == []
    assert ('name="email"' in html) == signs
    assert client.get(f"/ko/petitions/{petition.slug}/").status_code == 200


@pytest.mark.django_db
def test_duty_of_care_takes_a_reason_and_stands_in_the_audit(petition, now):
    someone = make_user("safeguarding")
    with pytest.raises(ReasonMissing):
        services.set_duty_of_care(petition.pk, True, by=someone, reason=" ", now=now)
    for _again in range(2):
        assert services.set_duty_of_care(petition.pk, True, by=someone, reason="Raids.", now=now).duty_of_care
    services.set_duty_of_care(petition.pk, False, by=someone, reason="Over.", now=now)
    acts = AuditEntry.objects.filter(object_type="petitions.petition").values_list("act", flat=True)
    assert sorted(acts) == ["petitions.begin_duty_of_care", "petitions.end_duty_of_care"]
