"""A text under embargo: public at one moment, and not a second before, wherever it is kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import AuditEntry
from letters.midnight import next_midnight
from outbox.models import Email
from pages.cache import PageCacheMiddleware
from statements import services
from statements.exceptions import TransitionRefused
from statements.models import Statement
from tests.factories import make_delegate, make_embargoed, make_statement, make_user, sign_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def moment(now):
    return now + timedelta(hours=30)


@pytest.fixture
def embargoed(moment):
    return make_embargoed(until=moment)


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the pages."""

    def at(when):
        monkeypatch.setattr(timezone, "now", lambda: when)

    return at


def pages(statement):
    digest = statement.versions.get().digest
    base = f"/statements/{statement.slug}"
    return [f"{base}/", f"/ko{base}/", f"{base}.pdf", f"{base}.docx", f"/statements/digest/{digest}/"]


class TestTheMoment:
    def test_every_page_and_feed_shows_it_from_that_second_on(self, embargoed, moment, client, at):
        title = "After the night of 9 October"
        lists = ["/", "/statements/", "/feeds/statements/en/", f"/campaigns/{embargoed.campaign.slug}/"]
        for when, is_public in ((moment - timedelta(microseconds=1), False), (moment, True)):
            at(when)
            for page in pages(embargoed):
                assert client.get(page).status_code == (200 if is_public else 404), page
            for page in lists:
                assert (title in client.get(page).content.decode()) == is_public, page
        embargoed.refresh_from_db()
        assert embargoed.state == "embargoed"  # nobody has come by yet, and nobody had to

    @override_settings(PAGE_CACHE_SECONDS=10)
    def test_no_page_is_kept_across_it(self, embargoed, moment, at):
        for before, kept in ((600, "max-age=10"), (8, "max-age=7"), (1, "no-store")):
            at(moment - timedelta(seconds=before))
            for page in ("/", "/statements/", "/feeds/statements/en/"):
                control = Client().get(page).headers["Cache-Control"]
                assert kept in control, (before, page)
                assert ("stale-while-revalidate" in control) == (before == 600)

    @override_settings(PAGE_CACHE_SECONDS=10)
    def test_midnight_just_before_it_is_kept_to_as_well(self, now, at):
        midnight = next_midnight(now)
        make_embargoed(until=midnight + timedelta(seconds=12))
        for before, kept in ((600, "max-age=10, stale"), (5, "max-age=4, must"), (-4, "max-age=7, must")):
            at(midnight - timedelta(seconds=before))
            assert kept in Client().get("/").headers["Cache-Control"], before

    @override_settings(PAGE_CACHE_SECONDS=10)
    def test_our_own_cache_keeps_to_what_the_page_says(self, rf):
        drawn = []

        def view(request):
            drawn.append(request)
            return HttpResponse("x", headers={"Cache-Control": "public, max-age=0, must-revalidate"})

        cache = PageCacheMiddleware(view)
        for _ in range(2):
            cache(rf.get("/"))
        assert len(drawn) == 2

    def test_the_clock_does_the_rest_once(self, embargoed, moment, now):
        preview = services.give_preview(
            embargoed.pk, name="Ines Roth", address="ines@news.example", language="en", by=make_user("press"), now=now
        )
        assert services.lift_due_embargoes(now=moment - timedelta(seconds=1)) == 0
        assert [services.lift_due_embargoes(now=moment + timedelta(seconds=9)) for _ in range(2)] == [1, 0]
        embargoed.refresh_from_db()
        assert (embargoed.state, embargoed.published_at) == ("published", moment)
        mails = Email.objects.filter(key__startswith="published:")
        signers = {row.signed_by.email for row in embargoed.cosignatures.all()}
        assert {mail.to for mail in mails} == {*signers, "ines@news.example"}
        assert mails.count() == 3
        assert AuditEntry.objects.filter(act="statements.lift_embargo").count() == 1
        assert services.preview_of(preview.token, now=moment + timedelta(hours=1))  # nobody stands before a dead link


class TestSettingIt:
    @pytest.fixture
    def closed(self, now):
        statement = make_statement()
        sign_statement(statement, make_delegate())
        return services.close_cosigning(statement.pk, by=statement.author, now=now)

    def test_a_second_person_sets_it_with_a_reason_and_a_moment_ahead(self, closed, now):
        editor, until = make_user("editor"), now + timedelta(minutes=1)

        def set_it(**changed):
            said = {"until": until, "by": editor, "reason": "The vote.", "now": now} | changed
            return services.set_embargo(closed.pk, **said)

        for changed, sentence in (
            ({"by": closed.author}, "other than its author"),
            ({"reason": " "}, "reason"),
            ({"until": until - timedelta(seconds=1)}, "one minute ahead"),
        ):
            with pytest.raises(TransitionRefused, match=sentence):
                set_it(**changed)
        assert Statement.objects.get(pk=closed.pk).state == "closed"
        assert set_it().embargo_until == until

    def test_without_a_signature_there_is_nothing_to_publish(self, now):
        statement = make_statement()
        services.close_cosigning(statement.pk, by=statement.author, now=now)
        with pytest.raises(TransitionRefused, match="No organization"):
            services.set_embargo(
                statement.pk, until=now + timedelta(days=1), by=make_user("editor"), reason="The vote.", now=now
            )

    def test_its_hour_is_read_on_the_clock_of_the_statement(self, closed, client):
        editor = make_user("editor")
        client.force_login(editor)
        url = f"/admin/statements/statement/{closed.pk}/actions/set_embargo/"
        assert f"In {closed.time_zone} it is" in client.get(url).content.decode()
        year = timezone.now().year + 1
        client.post(url, {"until": f"{year}-05-03T09:00:00", "reason": "The vote."})
        closed.refresh_from_db()
        assert closed.embargo_until.isoformat() == f"{year}-05-03T00:00:00+00:00"
        page = client.get(f"/admin/statements/statement/{closed.pk}/change/").content.decode()
        for clock in ("09:00 KST", "02:00 CEST", "20:00 EDT"):
            assert clock in page


class TestTwoPeople:
    @pytest.fixture
    def asks(self):
        return make_user("editor")

    @pytest.fixture
    def decides(self):
        return make_user("editor")

    def test_who_asked_does_not_decide_and_the_other_says_why(self, embargoed, asks, decides, now, moment):
        services.propose(embargoed.pk, "lift", by=asks, reason="It leaked.", now=now)
        for person, reason, sentence in ((asks, "Yes.", "Somebody else"), (decides, " ", "reason")):
            with pytest.raises(TransitionRefused, match=sentence):
                services.agree(embargoed.pk, by=person, reason=reason, now=now)
        with pytest.raises(TransitionRefused, match="Somebody else"):
            services.refuse(embargoed.pk, by=asks, reason="No.", now=now)
        embargoed.refresh_from_db()
        assert embargoed.embargo_until == moment
        services.agree(embargoed.pk, by=decides, reason="So it did.", now=now)
        embargoed.refresh_from_db()
        assert embargoed.embargo_until == now + timedelta(seconds=60)  # a moment like any other, for every page
        with pytest.raises(TransitionRefused, match="Nothing waits"):
            services.agree(embargoed.pk, by=decides, reason="Again.", now=now)

    def test_the_database_refuses_one_person_as_both(self, embargoed, asks, now):
        proposal = services.propose(embargoed.pk, "withdraw", by=asks, reason="It is wrong.", now=now)
        proposal.state, proposal.decided_by = "agreed", asks
        with pytest.raises(IntegrityError), transaction.atomic():
            proposal.save()

    def test_a_refusal_changes_nothing_and_frees_the_way(self, embargoed, asks, decides, now):
        services.propose(embargoed.pk, "withdraw", by=asks, reason="It is wrong.", now=now)
        with pytest.raises(TransitionRefused, match="waits"):
            services.propose(embargoed.pk, "lift", by=decides, reason="It leaked.", now=now)
        services.refuse(embargoed.pk, by=decides, reason="It is right.", now=now)
        embargoed.refresh_from_db()
        assert embargoed.state == "embargoed"
        services.propose(embargoed.pk, "lift", by=decides, reason="It leaked.", now=now)

    def test_what_is_withdrawn_under_embargo_never_becomes_public_by_itself(
        self, embargoed, asks, decides, now, moment
    ):
        services.propose(embargoed.pk, "withdraw", by=asks, reason="It is wrong.", now=now)
        services.agree(embargoed.pk, by=decides, reason="It is.", now=now)
        assert services.lift_due_embargoes(now=moment) == 0
        embargoed.refresh_from_db()
        assert (embargoed.state, embargoed.published_at) == ("withdrawn", None)
