"""An answer that is given before Django begins is the answer that Django gave, for as long as its page is fresh."""

import io
import time

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from config.wsgi import application
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def _connection_stays():
    """As Django's own test client does: a request of the handler would close the test's connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def ask(settings, _connection_stays):
    """Ask the WSGI application; returns status, headers and body, and whether Django was asked."""
    settings.PAGE_CACHE_SECONDS = 60
    application.answers.clear()
    page = f"/petitions/{make_petition().slug}/"

    def ask(path=page, method="GET", **headers):
        heard, asked = [], []
        environ = RequestFactory(headers=headers).generic(method, path).environ | {"wsgi.input": io.BytesIO()}
        inner = application.application
        application.application = lambda environ, start: asked.append(1) or inner(environ, start)
        try:
            body = b"".join(application(environ, lambda status, head, exc_info=None: heard.append((status, head))))
        finally:
            application.application = inner
        return heard[0][0], sorted(heard[0][1]), body, bool(asked)

    return ask


def test_the_second_answer_is_the_first_and_asks_nobody(ask):
    first, second = ask(), ask()
    assert (first[3], second[3]) == (True, False)
    assert first[:3] == second[:3]
    assert any(name == "Content-Security-Policy" for name, _value in second[1])
    assert not any(name == "Set-Cookie" for name, _value in second[1])


@pytest.mark.parametrize(
    "other",
    [
        {"Accept-Encoding": "br"},
        {"Host": "elsewhere.example"},
        {"X-Forwarded-Proto": "https"},
        {"If-None-Match": '"x"'},
        {"method": "HEAD"},
        {"method": "POST"},
        {"method": "PUT"},
        {"path": "/petitions/"},
        {"path": "/ko/petitions/"},
    ],
)
def test_whatever_an_answer_depends_on_is_asked_again(ask, other):
    ask()
    assert not ask()[3]
    assert ask(**other)[3]


def test_it_ends_with_its_page_and_what_is_not_public_is_never_kept(ask, settings, monkeypatch):
    ask()
    later = time.monotonic() + 61
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert ask()[3]
    settings.PAGE_CACHE_SECONDS = 0
    for path in ("/admin/login/", "/petitions/none/", "/healthz"):
        assert [ask(path)[3] for _ in range(2)] == [True, True]


def test_strangers_cannot_fill_the_memory(ask, monkeypatch):
    monkeypatch.setattr("pages.kept.MAX_ANSWERS", 5)
    for number in range(12):
        ask(**{"Accept-Encoding": f"br;q=0.{number}"})
    assert len(application.answers) == 5
    assert ask(**{"Accept-Encoding": "x" * 1_000})[3]
    assert ask(**{"Accept-Encoding": "x" * 1_000})[3]
