"""Limits that hold: within every span, over threads, and while Redis comes and goes."""

import os
import random
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from privacy import throttle
from privacy.models import ThrottleLog
from tests.conftest import LONG
from tests.factories import NOW
from tests.servers import Redis
from tests.test_parallel import at_once

PER = timedelta(minutes=10)


def hit(at=NOW, *, limit=20, key=b"key"):
    return throttle.hit("scope", key, limit=limit, per=PER, now=at)


@pytest.fixture(autouse=True)
def _forget_failures():
    throttle._redis_state.failed_at = None
    yield
    throttle._redis_state.failed_at = None
    throttle._script.cache_clear()


@pytest.fixture(params=["database", "redis"])
def store(request, settings, worker_id):
    """Where is counted; a Redis that has been counting for a day."""
    if request.param == "redis":
        number = 40 + int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 40
        settings.REDIS_URL = urlunsplit(urlsplit(os.environ["TEST_REDIS_URL"])._replace(path=f"/{number}"))
        client = redis.Redis.from_url(settings.REDIS_URL)
        client.flushdb()
        client.set(throttle.COUNTING_SINCE, throttle._stamp(NOW - timedelta(days=1)))
    return request.param


@pytest.mark.django_db
class TestLimit:
    def test_the_limit_is_let_through_and_no_more_until_a_place_is_free_again(self, store):
        assert [hit(NOW + timedelta(seconds=n), limit=3) for n in range(5)] == [True] * 3 + [False] * 2
        assert not hit(NOW + PER - timedelta(milliseconds=1), limit=3)
        assert hit(NOW + PER, limit=3)
        assert not hit(NOW + PER, limit=3)

    def test_the_count_is_read_without_counting(self, store):
        assert throttle.count("scope", b"key", per=PER, now=NOW) == 0
        for n in range(5):
            hit(NOW + timedelta(seconds=n), limit=3)
        assert [throttle.count("scope", b"key", per=PER, now=NOW + timedelta(seconds=2)) for _ in range(2)] == [3, 3]
        assert throttle.count("scope", b"key", per=PER, now=NOW + PER) == 2
        assert throttle.count("scope", b"other", per=PER, now=NOW) == 0

    def test_each_key_and_scope_has_its_own(self, store):
        assert [hit(limit=1), hit(limit=1), hit(limit=1, key=b"other")] == [True, False, True]
        assert throttle.hit("other", b"key", limit=1, per=PER, now=NOW)

    def test_no_span_holds_more_than_the_limit_whatever_the_rhythm(self, store):
        chance = random.Random(7)
        at, passed = NOW, []
        for _ in range(4_000 if LONG else 400):
            at += timedelta(seconds=chance.choice([0, 0.01, 1, 5, 40, 200]))
            if hit(at):
                passed.append(at)
        assert len(passed) > 60
        for first, last in zip(passed, passed[20:], strict=False):
            assert last - first >= PER

    def test_a_burst_on_both_sides_of_a_border_is_one_burst(self, store):
        for border in (NOW, NOW + timedelta(minutes=2), NOW + PER):
            key = str(border).encode()
            before = [hit(border - timedelta(seconds=1), key=key) for _ in range(20)]
            after = [hit(border + timedelta(seconds=1), key=key) for _ in range(20)]
            assert (sum(before), sum(after)) == (20, 0)

    def test_who_keeps_knocking_is_let_in_when_the_time_is_over(self, store):
        for second in range(0, 600, 10):
            hit(NOW + timedelta(seconds=second), limit=1)
        assert hit(NOW + PER, limit=1)


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_count_as_forty(store):
    results = at_once(lambda _: hit(limit=40), range(40))
    assert results == [True] * 40
    assert not hit(limit=40)
    assert sum(at_once(lambda _: hit(key=b"other"), range(40))) == 20


@pytest.mark.django_db
def test_many_counters_are_asked_together_and_each_keeps_its_own_limit(store):
    minute, hour = timedelta(minutes=1), timedelta(hours=1)

    def ask(seconds):
        few, many = throttle.Hit("few", b"a", 2, minute), throttle.Hit("many", b"a", 4, hour)
        return throttle.hit_many([few, many], now=NOW + timedelta(seconds=seconds))

    assert throttle.hit_many([], now=NOW) == []
    assert [ask(0), ask(1), ask(2)] == [[True, True], [True, True], [False, True]]
    assert throttle.count("few", b"a", per=minute, now=NOW + timedelta(seconds=2)) == 2  # one refused is not counted
    assert [ask(61), ask(62), ask(63)] == [[True, True], [True, False], [False, False]]
    assert throttle.hit("many", b"a", limit=5, per=hour, now=NOW + timedelta(seconds=64))  # the same, asked alone
    assert ask(3_700) == [True, True]


@pytest.mark.django_db
def test_the_database_takes_two_statements_and_keeps_one_row_a_key():
    with CaptureQueriesContext(connection) as queries:
        hit()
    assert len([query for query in queries if "throttle" in query["sql"]]) == 2
    hit()
    row = ThrottleLog.objects.get()
    assert len(bytes(row.hits)) == 16
    assert b"key" not in bytes(row.bucket)


@pytest.mark.django_db
class TestRedisThatComesAndGoes:
    @pytest.fixture
    def server(self, tmp_path, settings, monkeypatch):
        """A Redis of this test's own, which has been counting for a day."""
        server = Redis(tmp_path)
        settings.REDIS_URL = server.start()
        self.count_since(server, NOW - timedelta(days=1))
        monkeypatch.setattr(throttle, "REDIS_PAUSE", 0)
        yield server
        server.stop()

    def count_since(self, server, moment):
        with redis.Redis.from_url(server.url) as client:
            client.set(throttle.COUNTING_SINCE, throttle._stamp(moment))

    def test_few_hits_never_touch_the_database(self, server):
        assert [hit() for _ in range(5)] == [True] * 5
        assert not ThrottleLog.objects.exists()

    def test_what_was_counted_above_a_quarter_holds_when_redis_is_gone(self, server):
        assert sum(hit() for _ in range(15)) == 15
        server.stop()
        assert sum(hit() for _ in range(15)) == 5

    def test_at_most_a_quarter_more_passes_when_redis_is_gone(self, server):
        assert sum(hit() for _ in range(5)) == 5
        server.stop()
        assert sum(hit() for _ in range(40)) == 20

    def test_what_was_counted_meanwhile_holds_when_redis_is_back_empty(self, server):
        server.stop()
        assert sum(hit() for _ in range(15)) == 15
        server.start()
        assert sum(hit() for _ in range(15)) == 5
        assert not hit(NOW + PER - timedelta(seconds=1))
        assert sum(hit(NOW + PER) for _ in range(30)) == 20

    def test_a_redis_that_was_emptied_behind_our_back_lets_nothing_more_through(self, server):
        assert sum(hit() for _ in range(20)) == 20
        with redis.Redis.from_url(server.url) as client:
            client.flushall()
        assert not hit()

    def test_a_redis_that_was_only_out_of_reach_learns_that_it_missed_something(self, server, settings):
        url = settings.REDIS_URL
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        assert sum(hit() for _ in range(20)) == 20
        settings.REDIS_URL = url
        assert not hit()

    def test_one_that_does_not_answer_is_left_alone_for_a_second(self, server, monkeypatch):
        monkeypatch.setattr(throttle, "REDIS_PAUSE", 60)
        server.stop()
        asked = []
        monkeypatch.setattr(throttle, "_ask_redis", lambda *_: asked.append(1) or (_ for _ in ()).throw(OSError))
        assert [hit(), hit()] == [True, True]
        assert len(asked) == 1


@pytest.mark.django_db
def test_emptying_the_page_cache_does_not_reset_a_limit(store, settings):
    """Cache and counters may share a Redis; the tests' own cache is in memory."""
    assert sum(hit() for _ in range(20)) == 20
    if store == "redis":
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
    caches["default"].clear()
    assert not hit()
