"""When letters leave: by the clocks of each office, at the end of an embargo, never before the pause is over."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditEntry
from letters import services
from letters.exceptions import LettersError, ReleaseRefused
from letters.models import Dispatch, Letter, Recipient, Release
from letters.models.recipient import Channel
from letters.planning import plan
from letters.timing import wall_clock
from letters.zones import zone_of
from outbox.models import Email, Suppression
from privacy.fingerprints import address_fingerprint
from statements import services as statements
from tests.factories import make_embargoed, make_recipient, make_template, make_user

pytestmark = pytest.mark.django_db

DAY, NINE = date(2023, 11, 27), time(9)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_an_office_keeps_the_clocks_of_its_city_and_else_of_its_country():
    for place, zone in (
        ({"city": "Geneva", "country": "CN", "accredited_to": "UN"}, "Europe/Zurich"),
        ({"city": "Washington, D.C."}, "America/New_York"),
        ({"city": "Seoul", "country": "CN", "accredited_to": "KR"}, "Asia/Seoul"),
        ({"city": "São Paulo"}, "America/Sao_Paulo"),
        ({"city": "Nowhere in particular", "country": "MN"}, "Asia/Ulaanbaatar"),
        ({"accredited_to": "GB", "country": "CN"}, "Europe/London"),
    ):
        assert zone_of(Recipient(**place)).key == zone, place
    for place in ({"city": "Lakemoor"}, {"accredited_to": "UN", "country": "CN"}, {}):
        assert zone_of(Recipient(**place)) is None, place


def test_nine_in_the_morning_is_another_moment_in_each_zone(ask, approver, now):
    offices = [
        make_recipient(city="Seoul"),
        make_recipient(city="Geneva"),
        make_recipient(city="New York", channel=Channel.HAND),
        make_recipient(city="Lakemoor"),  # in no zone that anybody knows: goes by the clocks of the site
    ]
    release = ask(offices, leave_on=DAY, leave_time=NINE)
    services.approve_release(release.pk, by=approver, now=now)
    moments = dict(Letter.objects.values_list("recipient", "leaves_at"))
    assert [moments[office.pk] for office in offices] == [
        utc(2023, 11, 27, 0), utc(2023, 11, 27, 8), utc(2023, 11, 27, 14), utc(2023, 11, 27, 0),
    ]  # fmt: skip
    due = Email.objects.filter(kind="letters.letter").order_by("letter__recipient").values_list("due_at", flat=True)
    assert list(due) == [utc(2023, 11, 27, 0), utc(2023, 11, 27, 8), utc(2023, 11, 27, 0)]
    assert {letter.copy["date"] for letter in Letter.objects.all()} == {"27 November 2023"}
    carried = Dispatch.objects.get()
    with pytest.raises(LettersError, match="leaves later"):
        services.record_dispatch(carried.pk, evidence="R 1", by=approver, now=utc(2023, 11, 27, 13, 59))
    services.record_dispatch(carried.pk, evidence="R 1", by=approver, now=utc(2023, 11, 27, 14))


def test_no_wish_brings_a_letter_before_the_end_of_the_pause(ask, approver, now, settings):
    settings.RELEASE_COOLING_OFF = timedelta(minutes=10)
    release = ask([make_recipient(city="Seoul"), make_recipient(city="New York")], leave_on=now.date(), leave_time=NINE)
    services.approve_release(release.pk, by=approver, now=now)  # 21:00 in Seoul, 07:00 in New York
    assert list(Letter.objects.order_by("pk").values_list("leaves_at", flat=True)) == [
        now + timedelta(minutes=10), utc(2023, 11, 20, 14),
    ]  # fmt: skip


def test_an_hour_that_the_clocks_jump_over_is_not_lost():
    zurich = ZoneInfo("Europe/Zurich")
    assert wall_clock(date(2024, 3, 31), time(2, 30), zurich) == utc(2024, 3, 31, 1, 30)  # 03:30 there
    assert wall_clock(date(2024, 10, 27), time(2, 30), zurich) == utc(2024, 10, 27, 0, 30)  # the first of two


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"leave_on": date(2023, 11, 17), "leave_time": NINE}, "have passed"),
        ({"leave_on": DAY}, "Give both"),
        ({"leave_on": date(2023, 12, 20), "leave_time": NINE}, "after the letters leave"),
    ],
)
def test_a_time_that_cannot_be_is_refused(ask, wish, sentence):
    with pytest.raises(ReleaseRefused, match=sentence):
        ask([make_recipient()], **wish)
    assert not Release.objects.exists()


class TestAnEmbargo:
    @pytest.fixture
    def until(self, now):
        return now + timedelta(days=2)

    @pytest.fixture
    def embargoed(self, until):
        make_template("en")
        return make_embargoed(until=until)

    @pytest.fixture
    def release(self, embargoed, requester, now):
        offices = [make_recipient(city="Seoul"), make_recipient(city="Seoul", channel=Channel.HAND)]
        return statements.request_release(embargoed.pk, offices, reply_by=date(2023, 12, 20), by=requester, now=now)

    def moments(self):
        emails = Email.objects.filter(kind="letters.letter").values_list("due_at", flat=True)
        return [*Letter.objects.values_list("leaves_at", flat=True), *emails]

    def lift(self, statement, now):
        statements.propose(statement.pk, "lift", by=make_user("editor"), reason="It is out.", now=now)
        statements.agree(statement.pk, by=make_user("editor"), reason="So it is.", now=now)

    def test_letters_leave_when_it_ends(self, release, approver, now, until):
        assert (release.not_before, release.dated_on) == (until, date(2023, 11, 22))
        services.approve_release(release.pk, by=approver, now=now)
        assert set(self.moments()) == {until}

    def test_what_waits_moves_with_it_and_stays_what_was_previewed(self, embargoed, release, approver, now):
        self.lift(embargoed, now)
        release.refresh_from_db()
        earlier = now + timedelta(seconds=60)
        assert (release.not_before, release.dated_on) == (earlier, date(2023, 11, 20))
        assert services.approve_release(release.pk, by=approver, now=now) == 2
        assert set(self.moments()) == {max(earlier, release.__class__.objects.get().send_at)}
        assert {letter.copy["date"] for letter in Letter.objects.all()} == {"20 November 2023"}

    def test_an_approved_one_leaves_earlier_with_it_but_not_before_the_pause_is_over(
        self, embargoed, release, approver, now, settings
    ):
        settings.RELEASE_COOLING_OFF = timedelta(minutes=10)
        services.approve_release(release.pk, by=approver, now=now)
        self.lift(embargoed, now)
        assert set(self.moments()) == {now + timedelta(minutes=10)}

    def test_a_later_end_stops_what_was_approved_for_another_day(self, release, approver, now, until):
        services.approve_release(release.pk, by=approver, now=now)
        assert services.text_public_at(release.about, until, now=now) == 0  # the same moment: nothing happens
        services.text_public_at(release.about, until + timedelta(hours=1), now=now)
        release.refresh_from_db()
        assert (release.state, set(Letter.objects.values_list("stopped_at", flat=True))) == ("stopped", {now})
        assert AuditEntry.objects.get(act="letters.stop_with_text").reason.startswith("The text becomes public later")

    @pytest.mark.parametrize("is_approved", [False, True])
    def test_a_withdrawn_text_keeps_its_letters_here(self, embargoed, release, approver, now, is_approved):
        if is_approved:
            services.approve_release(release.pk, by=approver, now=now)
        statements.propose(embargoed.pk, "withdraw", by=make_user("editor"), reason="A wrong figure.", now=now)
        statements.agree(embargoed.pk, by=make_user("editor"), reason="Indeed.", now=now)
        release.refresh_from_db()
        assert release.state == "stopped"
        assert Letter.objects.filter(stopped_at=None).count() == 0
        assert set(Email.objects.filter(kind="letters.letter").values_list("state", flat=True)) <= {"cancelled"}
        line = AuditEntry.objects.get(act="letters.stop_with_text")
        assert (line.by, line.reason) == (None, "Indeed.")

    def test_what_has_left_is_not_called_stopped(self, release, approver, now):
        services.approve_release(release.pk, by=approver, now=now)
        Email.objects.filter(kind="letters.letter").update(state="sent", sent_at=now)
        Dispatch.objects.update(done_at=now, done_by=approver, evidence="R 1")
        assert services.text_withdrawn(release.about, now=now) == 0
        release.refresh_from_db()
        assert release.state == "approved"


class TestADryRun:
    def test_it_says_what_would_leave_and_what_would_not_and_writes_nothing(self, ask, now, capsys):
        good, far, dead, foreign = (
            make_recipient("Good Office (demo)", city="Seoul"),
            make_recipient("Far Office (demo)", city="Geneva", channel=Channel.HAND),
            make_recipient("Dead Letter Office (demo)", email="gone@office.example"),
            make_recipient("Foreign Office (demo)"),
        )
        release = ask(
            [good, far, dead, foreign], leave_on=date(2043, 11, 27), leave_time=NINE, reply_by=date(2043, 12, 20)
        )
        Suppression.objects.create(fingerprint=address_fingerprint("gone@office.example"), reason="bounced", since=now)
        before = (Letter.objects.count(), Email.objects.count(), AuditEntry.objects.count())
        call_command("release_dry_run", release.pk, "--all")
        said = capsys.readouterr().out
        assert "3 letters would leave" in said
        assert "2043-11-27 00:00:00 UTC = 27 November 2043, 09:00 KST (Asia/Seoul): 2 by email" in said
        assert "2043-11-27 08:00:00 UTC = 27 November 2043, 09:00 CET (Europe/Zurich): 1 by hand_delivery" in said
        assert "held back: Dead Letter Office (demo): Mail to this address came back" in said
        assert (Letter.objects.count(), Email.objects.count(), AuditEntry.objects.count()) == before

    def test_it_says_why_a_release_cannot_be_approved(self, ask, capsys):
        office = make_recipient("Closed Office (demo)")
        release = ask([office, make_recipient()])
        Recipient.objects.filter(pk=office.pk).update(is_active=False)
        with pytest.raises(CommandError, match="cannot be approved"):
            call_command("release_dry_run", release.pk)
        assert "refused: Closed Office (demo): This office is no longer in use." in capsys.readouterr().out
        with pytest.raises(CommandError, match="no release"):
            call_command("release_dry_run", 987654)

    def test_a_domain_that_no_mail_may_go_to_is_named(self, ask, now, settings):
        settings.ALLOWED_MAIL_DOMAINS = ["elsewhere.example"]
        release = ask([make_recipient()])
        [row] = plan(release, release.recipients.all(), cooled_at=now).rows
        assert "ALLOWED_MAIL_DOMAINS" in row.held_back


def test_a_letter_that_is_carried_on_by_another_channel_keeps_its_moment(ask, requester, approver, now):
    office = make_recipient(city="Seoul", channel=Channel.HAND, channels=["hand_delivery", "email", "meeting"])
    release = ask([office], leave_on=DAY, leave_time=NINE)
    services.approve_release(release.pk, by=approver, now=now)
    release.refresh_from_db()
    cooled = release.send_at
    letter = Letter.objects.get()
    assert letter.leaves_at > cooled
    said = {"what_happened": "The door is closed.", "by": requester, "now": cooled}
    services.carry_on(letter.pk, channel="meeting", **said)
    assert Letter.objects.get().dispatch.due_on == timezone.localdate(letter.leaves_at + timedelta(days=3))
    services.carry_on(letter.pk, channel="email", **said)
    assert Email.objects.get(kind="letters.letter").due_at == letter.leaves_at
