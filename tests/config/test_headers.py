"""Every answer of every address carries the same promises, whoever asks, however, and whatever went wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve
from django.urls.exceptions import Resolver404
from django.utils.regex_helper import normalize

from accounts.models import AuditEntry
from config import headers
from outbox.models import Email
from tests.conftest import LONG, only_long
from tests.factories import make_delegate, make_petition
from tests.servers import REPOSITORY
from tests.whole_site import with_mailbox

pytestmark = pytest.mark.django_db

SAMPLES = ["nothing-here", "1", "0" * 64, "A" * 32, "one.eml", "accounts/switch", "petitions", "nothing/"]
EXACT = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": headers.PERMISSIONS_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TELLING = {"Server", "X-Powered-By", "X-Runtime", "Via", "X-AspNet-Version", "X-Generator"}
CACHEABLE = ("public", "max-age=60, public", "max-age=0, public", f"max-age={10 * 365 * 24 * 3600}, public, immutable")


def sample_paths() -> list[str]:
    """One path for every pattern of the site, with arguments that fit its converters."""
    return sorted({f"/{one}" for one in _samples(get_resolver(), "")} - {"/breaks/"})


def _samples(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        for template, parameters in normalize(pattern.pattern.regex.pattern):
            if isinstance(pattern, URLResolver):
                assert not parameters
                yield from _samples(pattern, before + template)
            else:
                yield before + _filled(pattern, template, parameters)


def _filled(pattern: URLPattern, template: str, parameters: list[str]) -> str:
    for sample in SAMPLES:
        filled = template % dict.fromkeys(parameters, sample)
        if pattern.pattern.match(filled):
            return filled
    raise AssertionError(f"no sample fits {pattern}")


def check(answer: HttpResponse, name: object) -> None:
    for header, value in EXACT.items():
        if header == "Content-Security-Policy" and answer.headers[header].startswith("sandbox; default-src 'none'"):
            continue  # a mail, drawn and nothing more
        assert answer.headers[header] == value, (name, header)
    assert not TELLING & set(answer.headers), name
    assert not any(header.startswith("Access-Control-") for header in answer.headers), name
    if answer.status_code not in {200, 304}:
        assert answer.headers["Cache-Control"] == headers.NEVER_STORED, name
    else:
        assert answer.headers["Cache-Control"].startswith((headers.NEVER_STORED, *CACHEABLE)), name
    for cookie in answer.cookies.values():
        if not cookie.value:
            continue  # taken back
        assert cookie["httponly"], name
        assert cookie["samesite"] in {"Lax", "Strict"}, name


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory):
    """The whole site with the mailbox and an address that breaks, staff and delegates signed in or nobody."""
    folder = tmp_path_factory.mktemp("mail")
    (folder / "one.eml").write_bytes(b"Subject: One\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n")
    with (
        with_mailbox(path("breaks/", breaks)),
        override_settings(SECURITY_CONTACT=["security@coalition.example"], MAIL_DIR=folder),
    ):
        yield


def breaks(request):
    raise RuntimeError("postgres://outcry:hunter2@database.example/outcry")


@pytest.fixture(params=["nobody", "delegate", pytest.param("superuser", marks=only_long)])
def browser(request, everywhere, django_user_model):
    client = Client(raise_request_exception=False)
    if request.param == "delegate":
        client.force_login(make_delegate().user, backend="accounts.backends.AddressBackend")
    if request.param == "superuser":
        user = django_user_model.objects.create_superuser("root@coalition.example", "correct horse battery")
        client.force_login(user, backend="accounts.backends.AddressBackend")
    return client


def test_the_samples_reach_every_pattern(everywhere):
    paths = sample_paths()
    assert len(paths) > 100
    for one in paths:
        resolve(one)  # raises Resolver404 for one that reaches nothing
    with pytest.raises(Resolver404):
        resolve("/no/such/address")


def test_every_address_answers_with_every_header_and_looking_changes_nothing(browser):
    make_petition()
    before = rows()
    for one in sample_paths() if LONG else sample_paths()[::3]:
        check(answer := browser.head(one), ("HEAD", one))  # the view that GET has; the body is left out on the way
        assert answer.status_code != 500, one
        check(answer := browser.options(one), ("OPTIONS", one))
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert rows() == before
    for one in sample_paths() if LONG else sample_paths()[1::2]:
        if "logout" not in one and "sign-out" not in one:  # below: the rest would be asked as nobody
            check(answer := browser.post(one), ("POST", one))
            assert answer.status_code != 500, one


def rows():
    """How many rows of each kind there are, but sessions and the one line of audit that looking leaves."""
    counted = {model: model._default_manager.all() for model in apps.get_models()}
    del counted[Session]
    counted[AuditEntry] = AuditEntry.objects.exclude(act="petitions.view_trend")  # mail domains in clear
    return {model: found.count() for model, found in counted.items()}


def test_whatever_goes_wrong_carries_them_too(client, everywhere, settings):
    petition = make_petition()
    sign = f"/petitions/{petition.slug}/sign/"
    broken = Client(raise_request_exception=False)
    wrong = {
        400: client.post(sign, b"x", content_type="text/plain; charset=utf-16"),
        403: client.post(sign, headers={"sec-fetch-site": "cross-site"}),
        404: client.get("/nothing-here/"),
        405: client.delete(sign),
        422: client.post(sign, {"name": ""}),
        500: broken.get("/breaks/"),
        302: client.get(sign),
        301: client.get("/petitions"),
    }
    for status, answer in wrong.items():
        assert answer.status_code == status
        check(answer, status)
    with connection.execute_wrapper(_down):
        check(answer := client.get("/readyz"), 503)
    assert answer.status_code == 503
    settings.DEBUG = True
    for address, status in (("/breaks/", 500), ("/nothing-here/", 404)):
        answer = broken.get(address)
        check(answer, f"{status} with DEBUG")
        assert answer.status_code == status


def _down(execute, sql, params, many, context):
    from django.db import OperationalError

    raise OperationalError("down")


def test_static_files_are_no_exception(everywhere, settings, client):
    settings.WHITENOISE_USE_FINDERS, settings.WHITENOISE_AUTOREFRESH = True, True
    for method, status in (("get", 200), ("head", 200), ("post", 405), ("options", 405)):
        answer = getattr(client, method)("/static/css/base.css")
        assert answer.status_code == status, method
        check(answer, (method, "static"))


def test_a_page_that_is_kept_carries_the_same_as_a_fresh_one(client, settings):
    settings.PAGE_CACHE_SECONDS = 60
    first, second = client.get("/"), client.get("/")
    check(second, "kept")
    assert dict(first.items()) == dict(second.items())
    unchanged = client.get("/", headers={"if-none-match": second.headers["ETag"]})
    assert unchanged.status_code == 304
    check(unchanged, "not modified")


def test_methods_that_nobody_serves_are_refused_everywhere(client, everywhere):
    for one in sample_paths() if LONG else sample_paths()[2::3]:
        for method in ("TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND", "G\u00c9T", "OPTIONS"):
            answer = client.generic(method, one, b"planted", headers={"x-planted": "planted"})
            assert answer.status_code == 405, (method, one)
            assert (answer.headers["Allow"], answer.content) == ("GET, HEAD, POST", b"")


def test_a_host_that_is_not_ours_gets_nothing(client, settings, everywhere):
    settings.ALLOWED_HOSTS, settings.PAGE_CACHE_SECONDS = ["testserver"], 60
    petition = make_petition()
    pages = ("/", "/ko/", f"/petitions/{petition.slug}/", "/admin/", "/healthz", "/robots.txt", "/nothing-here/")
    for one in pages:
        client.get(one)  # kept by the page cache, for the right host
    for host in ("evil.example", "testserver.evil.example", "evil.example:80", "testserver@evil.example", "a b", ""):
        for one in pages:
            answer = client.get(one, headers={"host": host})
            assert answer.status_code == 400, (host, one)
            check(answer, (host, one))
            assert b"evil" not in answer.content
        sent = {"name": "Han", "email": "han@river.example"}
        assert client.post(f"/petitions/{petition.slug}/sign/", sent, headers={"host": host}).status_code == 400, host
        assert not Email.objects.exists()


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_links_in_pages_and_mails_begin_with_our_own_address_whatever_a_request_says(client, name):
    petition = make_petition()
    forged = {name: "host=evil.example"}
    pages = [client.get(f"/petitions/{petition.slug}/", headers=forged), client.get("/admin/login/", headers=forged)]
    pages.append(
        client.post(f"/petitions/{petition.slug}/sign/", {"name": "Han", "email": "han@river.example"}, headers=forged)
    )
    assert pages[-1].status_code == 302
    for page in pages:
        assert b"evil" not in page.content
        assert "evil" not in str(page.headers)
    assert "evil" not in str(Email.objects.get().payload)
    assert "http://testserver/signatures/" in Email.objects.get().payload["text"]


def test_signing_out_clears_what_the_browser_kept_and_looking_does_not(everywhere, django_user_model):
    user = django_user_model.objects.create_superuser("root@coalition.example", "correct horse battery")
    for way in ("/admin/logout/", "/delegate/sign-out/"):
        client = Client()
        client.force_login(user, backend="accounts.backends.AddressBackend")
        for answer in (client.get("/admin/"), client.get(way), client.head(way)):
            assert "Clear-Site-Data" not in answer.headers
        answer = client.post(way)
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        check(answer, way)


def test_the_list_of_features_says_each_once():
    names = [part.partition("=")[0] for part in headers.PERMISSIONS_POLICY.split(", ")]
    assert len(names) == len(set(names))
    for name in ("publickey-credentials-get", "publickey-credentials-create", "clipboard-write"):
        assert f"{name}=(self)" in headers.PERMISSIONS_POLICY
    for name in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics", "storage-access"):
        assert f"{name}=()" in headers.PERMISSIONS_POLICY


# --- A server with TLS in front: settings that are read when a process starts -------------------------------------
ASK = """
import django, json
django.setup()
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
secure = {"headers": {"x-forwarded-proto": "https"}}
answers = {
    "plain": Client().get("/healthz"),
    "redirect": Client().get("/robots.txt"),
    "forged": Client().get("/robots.txt", headers={"host": "evil.example"}),
    "secure": Client().get("/robots.txt", **secure),
}
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.conf import settings
print(json.dumps({
    "answers": {name: [a.status_code, dict(a.headers)] for name, a in answers.items()},
    "cookies": [
        [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY,
         settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_DOMAIN],
        [settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY,
         settings.CSRF_COOKIE_SAMESITE, settings.CSRF_COOKIE_PATH, settings.CSRF_COOKIE_DOMAIN],
    ],
}))
"""


@pytest.fixture(
    scope="module",
    params=[pytest.param("1", id="behind a proxy"), pytest.param("0", id="without a proxy", marks=only_long)],
)
def server(request):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SITE_URL": "https://outcry.example",
        "ALLOWED_HOSTS": "testserver",
        "TRUSTED_PROXY_COUNT": request.param,
        "EMAIL_URL": "smtp://127.0.0.1:1",
    }
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return request.param, json.loads(done.stdout.splitlines()[-1])


def test_with_tls_everything_is_bound_to_it(server):
    proxies, said = server
    answers = {name: (status, headers_of) for name, (status, headers_of) in said["answers"].items()}
    for name, (_status, found) in answers.items():
        policy = f"{EXACT['Content-Security-Policy']}; upgrade-insecure-requests"
        assert found["Content-Security-Policy"] == policy, name
        assert found["X-Content-Type-Options"] == "nosniff"
    assert answers["plain"][0] == 200  # the health of the process is asked for without TLS
    assert answers["redirect"][0] == 301
    assert answers["redirect"][1]["Location"] == "https://testserver/robots.txt"
    assert answers["forged"][0] == 400
    status, found = answers["secure"]
    if proxies == "1":  # only a proxy that is known to be there may say that it was https
        assert status == 200
        assert found["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    else:
        assert status == 301
        assert "Strict-Transport-Security" not in found
    for name, secure, http_only, same_site, at, domain in said["cookies"]:
        assert name.startswith("__Host-")
        assert (secure, http_only, same_site, at, domain) == (True, True, "Lax", "/", None)


# --- security.txt and robots.txt ----------------------------------------------------------------------------------
def test_security_txt_says_whom_to_tell_and_stays_the_same_for_a_day(client, settings, time_machine):
    settings.SECURITY_CONTACT = ["security@coalition.example", "https://coalition.example/report"]
    settings.SECURITY_POLICY_URL = "https://coalition.example/security"
    settings.SITE_URL = "https://outcry.example"
    settings.PAGE_CACHE_SECONDS = 0
    time_machine.move_to(datetime(2026, 3, 1, 0, 0, 1, tzinfo=UTC), tick=False)
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.content.decode().splitlines() == [
        "Contact: mailto:security@coalition.example",
        "Contact: https://coalition.example/report",
        "Expires: 2026-08-28T00:00:00Z",
        "Preferred-Languages: en, ko",
        "Canonical: https://outcry.example/.well-known/security.txt",
        "Policy: https://coalition.example/security",
    ]
    time_machine.move_to(datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), tick=False)
    assert client.get("/.well-known/security.txt").content == answer.content
    time_machine.move_to(datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC), tick=False)
    assert b"Expires: 2026-08-29T00:00:00Z" in client.get("/.well-known/security.txt").content


def test_without_a_contact_there_is_no_security_txt(client, settings):
    settings.SECURITY_CONTACT = []
    assert client.get("/.well-known/security.txt").status_code == 404


def test_robots_keep_out_of_what_is_for_somebody(client):
    answer = client.get("/robots.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert set(lines[1:]) == {
        *("Disallow: /admin/", "Disallow: /delegate/", "Disallow: /ko/delegate/"),
        *("Disallow: /signatures/", "Disallow: /ko/signatures/"),
        *("Disallow: /unsubscribe/", "Disallow: /ko/unsubscribe/"),
    }
