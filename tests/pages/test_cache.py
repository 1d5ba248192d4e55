"""The page cache: the same bytes for everybody, without asking the database."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
from django.http import HttpResponse
from django.urls import reverse

from pages.cache import PageCacheMiddleware
from petitions.models import Petition
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(now):
    petition = make_petition()
    return reverse("petitions:detail", args=[petition.slug])


@pytest.fixture
def clock(monkeypatch):
    """The cache's own clock, moved by the test."""

    class Clock:
        now = 1000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr("pages.cache.time", clock)
    return clock


def test_a_warm_page_asks_the_database_nothing(client, url, django_assert_num_queries, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        cold = client.get(url)
    with django_assert_num_queries(0):
        warm = client.get(url)
    assert warm.content == cold.content
    assert warm.headers["Cache-Control"].startswith("public, max-age=")


def test_a_stale_page_is_rendered_again(client, url, clock, settings):
    client.get(url)

    Petition.objects.update(signature_count=4321)
    assert b"4321" not in client.get(url).content
    clock.now += settings.PAGE_CACHE_SECONDS
    assert b'data-signature-count="4321"' in client.get(url).content


@pytest.mark.parametrize(("encoding", "decode"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_it_is_sent_compressed_to_those_who_can_read_it(client, url, encoding, decode):
    plain = client.get(url)
    packed = client.get(url, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert decode(packed.content) == plain.content
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_who_has_it_already_is_sent_nothing(client, url):
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_refused_form_is_shown_to_its_sender_only(client, url):
    refused = client.post(url + "sign/", {"name": "Minji", "email": "nonsense"})
    assert refused.status_code == 422
    assert "no-store" in refused.headers["Cache-Control"]
    assert b"nonsense" not in client.get(url).content


def test_an_error_is_never_kept(rf):
    answers = [HttpResponse("broken", status=500), HttpResponse("yours"), HttpResponse("everybody's")]
    for answer in (answers[0], answers[2]):
        answer.headers["Cache-Control"] = "public, max-age=5"
    cache = PageCacheMiddleware(lambda request: answers.pop(0))
    assert [cache(rf.get("/")).content for _ in range(4)] == [b"broken", b"yours", b"everybody's", b"everybody's"]


def test_whoever_brings_a_cookie_gets_the_same_page_and_none_back(client, url):
    client.cookies["csrftoken"] = "x" * 32
    client.cookies["sessionid"] = "unknown"
    with_cookies = client.get(url)
    client.cookies.clear()
    without = client.get(url)
    assert not with_cookies.cookies
    assert with_cookies.content == without.content
    assert sorted(with_cookies.headers.items()) == sorted(without.headers.items())


def test_an_invented_query_costs_nothing(client, url, django_assert_num_queries):
    page = client.get(url).content
    with django_assert_num_queries(0):
        assert client.get(url, {"x": "1" * 1000}).content == page


def test_q_0_refuses_an_encoding(client, url):
    answer = client.get(url, headers={"Accept-Encoding": "br;q=0, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get(url, headers={"Accept-Encoding": "br;q=0,gzip;q=0"}).headers


def test_memory_is_bounded_and_the_oldest_goes_first(rf, monkeypatch):
    monkeypatch.setattr("pages.cache.MAX_BYTES", 2_500)
    rendered = []

    def view(request):
        rendered.append(request.path)
        return HttpResponse(b"x" * 1_000, content_type="image/png", headers={"Cache-Control": "public, max-age=5"})

    cache = PageCacheMiddleware(view)
    for path in ("/a", "/b", "/a", "/c", "/a", "/b"):
        cache(rf.get(path))
    assert rendered == ["/a", "/b", "/c", "/b"]
    assert cache.size <= 2_500


def test_many_who_want_a_page_nobody_has_yet_wait_for_one_rendering(rf):
    rendered = []

    def view(request):
        rendered.append(request.path)
        time.sleep(0.2)
        return HttpResponse("page", headers={"Cache-Control": "public, max-age=5"})

    cache = PageCacheMiddleware(view)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: cache(rf.get("/")).content, range(8)))
    assert answers == [b"page"] * 8
    assert len(rendered) == 1


@pytest.mark.parametrize(
    ("control", "late", "shown"),
    [
        ("public, max-age=5", 0, b"page 1"),
        ("public, max-age=5", 9, b"page 1"),
        ("public, max-age=5", 10, b"page 2"),
        ("public, max-age=5, must-revalidate", 0, b"page 2"),
    ],
)
def test_while_one_renders_it_anew_the_others_get_the_old_page_only_while_it_is_hardly_older(
    rf, clock, settings, control, late, shown
):
    settings.PAGE_CACHE_SECONDS = 10
    rendered, begun, go_on = [], threading.Event(), threading.Event()

    def view(request):
        rendered.append(request.path)
        if len(rendered) == 2:
            begun.set()
            go_on.wait(5)
        return HttpResponse(f"page {len(rendered)}", headers={"Cache-Control": control})

    cache = PageCacheMiddleware(view)
    cache(rf.get("/"))
    clock.now += 5 + late
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache, rf.get("/"))
        assert begun.wait(5)
        other = pool.submit(cache, rf.get("/"))
        if shown == b"page 1":
            assert other.result(5).content == shown  # without waiting
        go_on.set()
        assert (first.result(5).content, other.result(5).content) == (b"page 2", shown)
    assert len(rendered) == 2
