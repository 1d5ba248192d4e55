"""Limits, lists, held signatures, batches and reports: what visitors see, what counts, what staff can do."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from outbox.models import Email
from petitions import services
from petitions.exceptions import TooManySignatures, TransitionRefused
from petitions.models import CountChange, InvalidationBatch, LimitRule, ListEntry, Report, Signature
from petitions.services import holding, invalidating, limits, trending
from petitions.services.erasing import erase_signatures
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db

State = Signature.State
HOME, WIDE = b"n" * 16, b"w" * 16


@pytest.fixture(autouse=True)
def _no_limits():
    LimitRule.objects.all().delete()
    limits.forget()


@pytest.fixture
def petition(now):
    return make_petition(opens_at=now - timedelta(days=1))


@pytest.fixture
def moderator():
    return make_user("moderator")


@pytest.fixture
def sign(petition, now):
    def sign(email="minji@people.example", *, at=now, network=HOME, confirm=False, **more):
        services.sign_petition(
            petition, name="Minji", email=email, language="en", network=network, network_range=WIDE, now=at, **more
        )
        found = Signature.objects.order_by("-pk").first()
        if confirm:
            services.confirm_signature(found.pk, now=at)
            found.refresh_from_db()
        return found

    return sign


def limit(scope, number, action, seconds=3600):
    LimitRule.objects.create(scope=scope, limit=number, seconds=seconds, action=action)
    limits.forget()


def exact(now):
    """The tally is what the rows say."""
    services.refresh_signature_counts(now=now)
    return services.audit_signature_counts(now=now) == []


class TestLimits:
    def test_above_a_limit_signatures_are_held_and_their_owners_read_the_same(self, sign, petition, client, now):
        limit("network", 2, "hold", seconds=60)
        taken = [sign(f"p{n}@people.example", confirm=True).state for n in range(4)]
        assert taken == ["confirmed", "confirmed", "held", "held"]
        assert sign("else@people.example", network=b"e" * 16, confirm=True).state == "confirmed"
        services.refresh_signature_counts(now=now)
        petition.refresh_from_db()
        assert petition.signature_count == 3

    def test_a_refusal_writes_nothing(self, sign):
        limit("network", 1, "refuse")
        sign("a@people.example")
        with pytest.raises(TooManySignatures):
            sign("b@people.example")
        assert Signature.objects.count() == Email.objects.count() == 1

    def test_a_rush_turns_the_challenge_on_and_calm_turns_it_off(self, sign, petition, now):
        limit("petition", 2, "challenge", seconds=600)
        for n in range(3):
            sign(f"p{n}@people.example")
        petition.refresh_from_db()
        assert petition.challenge_since == now
        assert services.calm_challenges(now=now + timedelta(minutes=29)) == 0
        assert services.calm_challenges(now=now + timedelta(minutes=31)) == 1
        petition.refresh_from_db()
        assert petition.challenge_since is None

    def test_what_came_before_a_limit_was_passed_is_held_too(self, sign, now):
        limit("domain", 2, "hold")
        rows = [sign(f"p{n}@bought.example", network=bytes([n]) * 16, confirm=n > 0) for n in range(3)]
        other = sign("p9@people.example", confirm=True)
        assert services.sweep(now=now + timedelta(minutes=1)) == 2
        services.confirm_signature(rows[0].pk, now=now)
        assert {row.state for row in Signature.objects.exclude(pk=other.pk)} == {"held"}
        assert Signature.objects.get(pk=other.pk).state == "confirmed"
        assert exact(now)

    def test_great_providers_are_no_domain_to_count(self, sign):
        limit("domain", 1, "hold")
        assert [sign(f"person{n}x@gmail.com").suspicion for n in "abc"] == [""] * 3

    @pytest.mark.parametrize(
        ("addresses", "why"),
        [
            (["a@mailinator.com"], "disposable"),
            (["a@mail.mailinator.com"], "disposable"),
            ([f"anna+{n}@people.example" for n in range(4)], "tags"),
            ([f"volunteer{n:03}@gmail.com" for n in range(11)], "numbered"),
            ([f"q{n}x{n}p@gmail.com" for n in range(7)], "mixed"),
        ],
    )
    def test_addresses_that_look_made_by_a_machine_are_held(self, sign, addresses, why):
        rows = [sign(address) for address in addresses]
        assert rows[-1].suspicion == why
        assert all(row.suspicion == "" for row in rows[:-1])

    def test_judging_asks_the_database_nothing_but_the_counters(self, sign, django_assert_num_queries, petition, now):
        limit("network", 9, "hold")
        place = {"network": HOME, "network_range": WIDE, "now": now}
        limits.judge(petition, address="a@people.example", **place)
        with django_assert_num_queries(4):  # savepoint, read and write of all counters, release
            limits.judge(petition, address="b@people.example", **place)


class TestLists:
    def test_a_blocked_visitor_sees_the_usual_page_and_nothing_is_written(self, client, petition, moderator, now):
        petition.opens_at = None
        petition.save()

        def post(address):
            return client.post(reverse("petitions:sign", args=[petition.slug]), {"name": "A", "email": address})

        usual = post("free@people.example")
        services.add_entry("block", address="Bad@people.example", reason="Floods us.", by=moderator, now=now)
        limits.forget()
        blocked = post("bad@people.example")
        assert (blocked.status_code, blocked.url, blocked.content) == (302, usual.url, usual.content)
        assert Signature.objects.count() == Email.objects.count() == 1

    def test_a_domain_means_what_stands_below_it_and_one_address_may_pass(self, sign, moderator, now):
        services.add_entry("hold", domain="People.example", reason="A farm.", by=moderator, now=now)
        services.add_entry("allow", address="good@people.example", reason="We know her.", by=moderator, now=now)
        limits.forget()
        assert sign("a@mail.people.example").suspicion == "list"
        assert sign("good@people.example").suspicion == ""
        assert sign("a@otherpeople.example").suspicion == ""

    def test_a_line_ends(self, sign, moderator, now):
        entry = services.add_entry("hold", domain="people.example", reason="A farm.", by=moderator, now=now)
        services.end_entry(entry.pk, reason="A mistake.", by=moderator, now=now)
        limits.forget()
        assert sign().suspicion == ""

    def test_of_an_address_only_the_fingerprint_is_kept_and_the_line_is_audited(self, client, moderator):
        client.force_login(moderator)
        form = {"verdict": "block", "address": "bad@people.example", "reason": "Floods us."}
        response = client.post(reverse("admin:petitions_listentry_add"), form)
        assert response.status_code == 302
        entry = ListEntry.objects.get()
        assert (entry.subject, len(entry.hash), entry.domain) == ("address", 32, "")
        assert client.get(response.url).status_code == 200
        wrong = client.post(reverse("admin:petitions_listentry_add"), form | {"domain": "people.example"})
        assert "Please name one of these" in wrong.content.decode()
        assert ListEntry.objects.count() == 1


class TestHeld:
    def test_a_moderator_releases_strikes_out_and_brings_back(self, sign, moderator, now):
        limit("network", 1, "hold", seconds=60)
        sign("a@people.example", confirm=True)
        held = sign("b@people.example", confirm=True)
        services.release_signature(held.pk, by=moderator, now=now)
        assert Signature.objects.get(pk=held.pk).state == "confirmed"
        assert exact(now)
        services.strike_signature(held.pk, reason="A robot.", by=moderator, now=now)
        assert exact(now)
        services.restore_signature(held.pk, reason="A person.", by=moderator, now=now)
        assert Signature.objects.get(pk=held.pk).state == "confirmed"
        assert exact(now)
        with pytest.raises(holding.NothingToDecide):
            services.release_signature(held.pk, by=moderator, now=now)

    def test_the_queue_and_its_acts_in_bulk(self, client, sign, moderator, django_assert_max_num_queries):
        limit("network", 1, "hold", seconds=60)
        rows = [sign(f"p{n}@people.example", confirm=True) for n in range(4)]
        client.force_login(moderator)
        url = reverse("admin:petitions_signature_changelist")
        with django_assert_max_num_queries(15):
            page = client.get(f"{url}?state__exact=held").content.decode()
        assert [f"№ {row.pk}" in page for row in rows] == [False, True, True, True]
        form = {"action": "release_selected", "_selected_action": [row.pk for row in rows[1:3]]}
        client.post(f"{url}?state__exact=held", form)
        assert [Signature.objects.get(pk=row.pk).state for row in rows] == ["confirmed"] * 3 + ["held"]

    def test_search_by_address_domain_and_place(self, client, sign, moderator):
        one = sign("anna@people.example")
        two = sign("bo@else.example", network=b"e" * 16)
        client.force_login(moderator)
        url = reverse("admin:petitions_signature_changelist")
        for query, found in (
            ("q=Anna@people.example", [one]), ("q=else.example", [two]), ("q=nobody@people.example", []),
            (f"network_of={one.pk}", [one]), (f"range_of={one.pk}", [two, one]), (f"q={two.pk}", [two]),
        ):  # fmt: skip
            page = client.get(f"{url}?{query}").content.decode()
            assert "people.example<" not in page
            assert re.findall(r">№ (\d+)</a></th>", page) == [str(row.pk) for row in found], query

    def test_only_safeguarding_reads_an_address_and_says_why(self, client, sign, moderator):
        signature = sign()
        url = reverse("admin:petitions_signature_actions", args=[signature.pk, "reveal"])
        client.force_login(moderator)
        assert "minji@" not in client.post(url, {"reason": "Curious."}, follow=True).content.decode()
        client.force_login(make_user("safeguarding"))
        assert "minji@people.example" not in client.post(url, {"reason": ""}).content.decode()
        assert "minji@people.example" in client.post(url, {"reason": "A threat came in."}).content.decode()

    def test_the_last_hours(self, client, sign, petition, moderator, now):
        for n in range(3):
            sign(f"p{n}@people.example", at=now - timedelta(minutes=n))
        found = trending.trend(petition, hours=3, names_domains=True, now=now)
        assert (found.total, found.unconfirmed, found.networks[0].count) == (3, 3, 3)
        assert found.domains[0].label == "people.example"
        url = reverse("admin:petitions_signature_trend", args=[petition.pk])
        for hours, slots in ((3, 18), (72, 72)):
            found = trending.trend(petition, hours=hours, names_domains=True, now=now)
            assert (len(found.slots), sum(count for _at, count in found.slots)) == (slots, 3)
            assert found.slots[-1][1] == 3
        with time_machine.travel(now, tick=False):
            client.force_login(moderator)
            page = client.get(url).content.decode()
        assert "Every ten minutes" in page
        assert "Nobody signed" not in page
        with time_machine.travel(now + timedelta(hours=4), tick=False):
            client.force_login(moderator)
            assert "Nobody signed in these hours." in client.get(url).content.decode()
            assert "Every hour" in client.get(f"{url}?hours=24").content.decode()


class TestBatches:
    @pytest.fixture
    def signed(self, sign):
        rows = [sign(f"p{n}@bought.example", confirm=n % 2 == 0) for n in range(7)]
        return [*rows, sign("kim@people.example", confirm=True)]

    @pytest.fixture
    def batch(self, signed, petition, moderator, now):
        return services.preview_batch(petition, {"domain": "bought.example"}, reason="A farm.", by=moderator, now=now)

    def test_what_was_previewed_is_struck_out_and_brought_back(self, batch, sign, moderator, now, monkeypatch):
        monkeypatch.setattr(invalidating, "AT_ONCE", 3)
        before = dict(Signature.objects.values_list("pk", "state"))
        later = sign("p99@bought.example", confirm=True)
        assert batch.matched == 7
        services.begin_batch(batch.pk, by=moderator, now=now)
        assert services.work_off_batch(batch.pk, now=now) == 7
        assert Signature.objects.filter(state="invalidated").count() == 7
        assert Signature.objects.get(pk=later.pk).state == "confirmed"
        assert exact(now)
        services.undo_batch(batch.pk, by=moderator, now=now)
        services.work_off_batch(batch.pk, now=now)
        assert dict(Signature.objects.exclude(pk=later.pk).values_list("pk", "state")) == before
        batch.refresh_from_db()
        assert (batch.state, batch.struck) == ("undone", 0)
        assert exact(now)

    def test_it_stops_in_the_middle_and_goes_on_after_a_death(self, batch, moderator, now, monkeypatch):
        monkeypatch.setattr(invalidating, "AT_ONCE", 3)
        services.begin_batch(batch.pk, by=moderator, now=now)
        assert invalidating._work(batch.pk, now) == 3  # and the worker dies
        assert services.unfinished_batches() == [batch.pk]
        services.cancel_batch(batch.pk, by=moderator, now=now)
        assert services.work_off_batch(batch.pk, now=now) == 0
        assert Signature.objects.filter(state="invalidated").count() == 3
        services.undo_batch(batch.pk, by=moderator, now=now)
        services.work_off_batch(batch.pk, now=now)
        assert not Signature.objects.filter(state="invalidated").exists()
        assert exact(now)
        with pytest.raises(TransitionRefused):
            services.begin_batch(batch.pk, by=moderator, now=now)

    def test_who_was_erased_meanwhile_stays_erased(self, batch, signed, moderator, now):
        services.begin_batch(batch.pk, by=moderator, now=now)
        services.work_off_batch(batch.pk, now=now)
        erase_signatures(bytes(signed[0].address_fingerprint), now, now)
        services.undo_batch(batch.pk, by=moderator, now=now)
        services.work_off_batch(batch.pk, now=now)
        assert Signature.objects.get(pk=signed[0].pk).state == "erased"
        assert exact(now)

    def test_without_a_condition_nothing_is_prepared(self, petition, moderator, now):
        with pytest.raises(invalidating.EmptyCondition):
            services.preview_batch(petition, {}, reason="All.", by=moderator, now=now)
        assert not InvalidationBatch.objects.exists()

    def test_at_the_desk(self, client, signed, petition, moderator):
        client.force_login(moderator)
        url = reverse("admin:petitions_invalidationbatch_add")
        assert client.get(url).status_code == 200
        refused = client.post(url, {"petition": petition.pk, "reason": "A farm."})
        assert "at least one condition" in refused.content.decode()
        form = {"petition": petition.pk, "signature": signed[0].pk, "domain": "bought.example", "reason": "A farm."}
        page = client.post(url, form, follow=True).content.decode()
        assert "7 signatures meet the condition" in page
        assert "bought.example" in page
        assert "p0@" not in page
        batch = InvalidationBatch.objects.get()
        step = reverse("admin:petitions_invalidationbatch_actions", args=[batch.pk, "run"])
        client.post(step)
        batch.refresh_from_db()
        assert batch.state == "running"


class TestReports:
    @pytest.fixture
    def url(self, petition):
        return reverse("petitions:report", args=[petition.slug])

    def test_a_report_waits_for_staff_who_settle_it(self, client, url, moderator):
        assert client.get(url).status_code == 200
        assert client.post(url, {"about": "danger", "text": "My cousin is named."}).status_code == 200
        report = Report.objects.get()
        assert (report.about, report.text, report.state) == ("danger", "My cousin is named.", "waiting")
        assert not client.cookies
        client.force_login(moderator)
        step = reverse("admin:petitions_report_actions", args=[report.pk, "decide"])
        client.post(step, {"acted": "1", "answer": "names_hidden", "note": ""})
        report.refresh_from_db()
        assert (report.state, report.decided_by) == ("acted", moderator)

    @pytest.mark.parametrize(
        "said", [{}, {"about": "x"}, {"about": "danger", "text": "a" * 1001}, {"about": "danger", "text": "a\x00b"}]
    )
    def test_what_cannot_be_read_comes_back(self, client, url, said):
        assert client.post(url, said).status_code == 422
        assert not Report.objects.exists()

    def test_robots_and_floods_write_nothing(self, client, url):
        assert client.post(url, {"about": "danger", "website": "x"}).status_code == 200
        assert not Report.objects.exists()
        assert [client.post(url, {"about": "danger"}).status_code for _ in range(6)] == [200] * 5 + [429]


def test_fifty_thousand_are_struck_out_and_brought_back(petition, moderator, now, rounds, capsys):
    number = rounds(2_000, 50_000)
    Signature.objects.bulk_create(
        [
            Signature(petition=petition, name="", address="", address_fingerprint=n.to_bytes(32), language="en",
                      state=State.CONFIRMED, confirmed_at=now, created_at=now, link_sent_at=now, network_hash=HOME)
            for n in range(number)
        ],
        batch_size=2_000,
    )  # fmt: skip
    CountChange.objects.all().delete()
    services.audit_signature_counts(now=now)
    batch = services.preview_batch(petition, {"network": HOME.hex()}, reason="A farm.", by=moderator, now=now)
    seconds = []
    for act in (services.begin_batch, services.undo_batch):
        begun = time.perf_counter()
        act(batch.pk, by=moderator, now=now)
        assert services.work_off_batch(batch.pk, now=now) == number == batch.matched
        seconds.append(time.perf_counter() - begun)
        assert exact(now)
    with capsys.disabled():
        print(f"\n{number} struck out in {seconds[0]:.1f} s, brought back in {seconds[1]:.1f} s")  # noqa: T201
