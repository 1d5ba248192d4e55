"""What every answer of the site carries, whoever asks and whatever went wrong (docs/asvs.md, chapters 3, 4, 13, 16)."""

import pytest
from django.test import Client
from django.urls import reverse

from petitions.models import Signature
from tests.factories import make_petition, make_user

SECRET = "postgres://outcry:hunter2@database.example/outcry"  # what an exception might say
pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def answers(client, petition, monkeypatch):
    """One answer of every sort: pages, refusals, redirects, plain text, an error of ours."""
    detail = reverse("petitions:detail", args=[petition.slug])
    broken = Client(raise_request_exception=False)
    given = {
        "page": client.get("/"),
        "page in Korean": client.get("/ko/"),
        "petition": client.get(detail),
        "refused form": client.post(f"{detail}sign/", {"name": "", "email": "nobody"}),
        "redirect": client.get(f"{detail}sign/"),
        "not found": client.get("/nothing-here/"),
        "forged token": client.get("/signatures/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/"),
        "wrong method": client.delete(detail),
        "other site": client.post(f"{detail}sign/", headers={"sec-fetch-site": "cross-site"}),
        "bad charset": client.post(f"{detail}sign/", b"x", content_type="text/plain; charset=utf-16"),
        "sign-in of staff": client.get("/admin/login/"),
        "desk": client.get("/admin/"),
        "sign-in of delegates": client.get(reverse("statements:sign-in")),
        "health": client.get("/healthz"),
        "ready": client.get("/readyz"),
    }
    monkeypatch.setattr("petitions.views.signing._page", _break)
    given["broken"] = broken.post(f"{detail}sign/", {"name": "", "email": "nobody"})
    return given


def _break(*args):
    raise RuntimeError(SECRET)


def test_the_sample_holds_every_sort_of_answer(answers):
    assert {answer.status_code for answer in answers.values()} >= {200, 302, 400, 403, 404, 405, 422, 500}


def test_every_answer_says_what_a_browser_may_do_with_it(answers):
    for name, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        for directive in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert directive in policy, (name, directive)
        assert "unsafe-" not in policy, name
        assert "object-src" not in policy  # default-src 'none' is stricter than any value here
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, name
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "camera=()" in answer.headers["Permissions-Policy"], name


def test_no_other_site_may_read_an_answer(answers):
    for name, answer in answers.items():
        assert not [header for header in answer.headers if header.lower().startswith("access-control-")], name
    asked = Client().get("/", headers={"origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in asked.headers


def test_every_body_has_a_type_with_its_charset(answers):
    for name, answer in answers.items():
        if answer.content:
            kind = answer.headers["Content-Type"]
            assert "charset=utf-8" in kind or kind == "application/json", (name, kind)


def test_whatever_is_not_public_is_not_stored(answers):
    for name, answer in answers.items():
        if not answer.headers["Cache-Control"].startswith("public"):
            assert "no-store" in answer.headers["Cache-Control"], name
    assert {name for name, answer in answers.items() if answer.headers["Cache-Control"].startswith("public")} == {
        *("page", "page in Korean", "petition")
    }


def test_only_the_ways_in_set_a_cookie_and_no_script_reads_it(answers):
    for name, answer in answers.items():
        for cookie in answer.cookies.values():
            assert "sign-in" in name, name
            assert cookie["httponly"], name
            assert cookie["samesite"] in {"Lax", "Strict"}, name
            assert len(cookie.OutputString()) < 4096


def test_an_error_of_ours_tells_nothing_of_the_inside(answers, settings):
    settings.DEBUG = False
    page = answers["broken"].content.decode()
    assert answers["broken"].status_code == 500
    for word in (SECRET, "hunter2", "RuntimeError", "Traceback", "petitions/views/", settings.SECRET_KEY):
        assert word not in page
    assert "Something broke on our side" in page


def test_an_error_in_the_middle_writes_nothing(petition, monkeypatch, transactional_db):
    """The signature and its mail are one transaction: without the second there is no first."""
    monkeypatch.setattr("petitions.services.signing.queue_email", _break)
    url = reverse("petitions:sign", args=[petition.slug])
    answer = Client(raise_request_exception=False).post(url, {"name": "Han", "email": "han@river.example"})
    assert answer.status_code == 500
    assert not Signature.objects.exists()
    monkeypatch.undo()
    assert Client().post(url, {"name": "Han", "email": "han@river.example"}).status_code == 302
    assert Signature.objects.count() == 1


def test_trace_and_invented_methods_echo_nothing(client, petition):
    for path in ("/", reverse("petitions:detail", args=[petition.slug]), "/admin/", "/healthz"):
        for method in ("TRACE", "DEBUG", "PUT"):
            answer = client.generic(method, path, b"planted-body", headers={"x-planted": "planted-header"})
            assert answer.status_code in {302, 403, 405}, (method, path)
            assert b"planted" not in answer.content
            assert "planted" not in str(answer.headers)


def test_folders_sources_and_settings_are_not_served(client):
    for path in (
        *("/.env", "/.git/config", "/.git/HEAD", "/config/settings.py", "/manage.py", "/requirements/run.txt"),
        *("/static/", "/static/css/", "/static/../.env", "/static/%2e%2e/.env", "/var/", "/var/outcry.sqlite3"),
    ):
        answer = client.get(path)
        assert answer.status_code in {301, 404}, path
        if answer.status_code == 301:  # a slash is added, and nothing is there
            assert client.get(answer["Location"]).status_code == 404, path


def test_a_repeated_field_is_one_answer(client, petition):
    """The last one counts, in the form and in what is stored; the query string answers no form."""
    url = reverse("petitions:sign", args=[petition.slug])
    sent = "name=Han&name=Kim&email=a%40river.example&email=b%40river.example&state=confirmed&signature_count=9"
    client.post(
        f"{url}?name=Query&email=c@river.example&country=KR", sent, content_type="application/x-www-form-urlencoded"
    )
    signature = Signature.objects.get()
    assert (signature.name, signature.address, str(signature.country)) == ("Kim", "b@river.example", "")
    assert signature.state == Signature.State.PENDING  # a field the form does not have changes nothing
    petition.refresh_from_db()
    assert petition.signature_count == 0


def test_the_way_back_after_signing_in_leads_nowhere_else(client):
    make_user("editor", address="editor@coalition.example")
    given = {"username": "editor@coalition.example", "password": "correct horse battery"}
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"):
        answer = client.post("/admin/login/", given | {"next": target})
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert "elsewhere" not in answer["Location"].partition("?")[0]
        assert not answer["Location"].startswith(("//", "/\\"))
        client.logout()


def test_a_path_cannot_forge_a_line_of_the_log(client, caplog):
    client.get("/nothing%0a2026-01-01 00:00:00,000 INFO accounts signed in%0d/")
    lines = [record.getMessage() for record in caplog.records if record.name == "django.request"]
    assert lines
    assert not any("\n" in line or "\r" in line for line in lines)
