"""The page cache: the same bytes for everybody, without asking the database."""

import gzip

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


def test_an_error_or_a_page_with_a_cookie_is_never_kept(rf):

    answers = [HttpResponse("broken", status=500), HttpResponse("yours"), HttpResponse("everybody's")]
    answers[1].set_cookie("session", "1")
    for answer in answers:
        answer.headers["Cache-Control"] = "public, max-age=5"
    cache = PageCacheMiddleware(lambda request: answers.pop(0))
    assert [cache(rf.get("/")).content for _ in range(4)] == [b"broken", b"yours", b"everybody's", b"everybody's"]


def test_a_page_differs_by_its_query(rf):

    def view(request):
        return HttpResponse(request.GET.get("page", "1"), headers={"Cache-Control": "public, max-age=5"})

    cache = PageCacheMiddleware(view)
    assert cache(rf.get("/?page=2")).content == b"2"
    assert cache(rf.get("/")).content == b"1"
