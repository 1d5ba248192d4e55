"""Where a form without a cookie may come from, and which requests are read at all."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse

from config import middleware, wsgi
from privacy.network import network_hash
from privacy.requests import cookieless
from tests.factories import NOW


@pytest.fixture
def post(rf, settings):
    settings.ALLOWED_HOSTS = ["outcry.example", ".coalition.example"]

    @cookieless
    def view(request):
        return HttpResponse("taken")

    return lambda **headers: view(rf.post("/", headers=headers))


@pytest.mark.parametrize(
    "origin", ["http://[", "https://evil.example", "null", "", "https://", "https://outcry.example.evil.example"]
)
def test_a_foreign_or_unreadable_origin_is_refused(post, origin):
    with pytest.raises(PermissionDenied):
        post(Origin=origin)


@pytest.mark.parametrize(
    "origin", ["https://outcry.example", "http://outcry.example:8443", "https://a.coalition.example"]
)
def test_an_origin_of_ours_passes_whatever_the_host_header_says(post, origin):
    assert post(Origin=origin, Host="10.0.0.7").content == b"taken"


def test_with_debug_and_no_hosts_this_machine_is_ours(post, settings):
    settings.ALLOWED_HOSTS = []
    with pytest.raises(PermissionDenied):
        post(Origin="http://localhost:8000")
    settings.DEBUG = True
    assert post(Origin="http://localhost:8000").content == b"taken"
    with pytest.raises(PermissionDenied):
        post(Origin="https://evil.example")


def test_any_host_is_not_any_origin(post, settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert post(Origin="http://testserver").content == b"taken"
    with pytest.raises(PermissionDenied):
        post(Origin="https://evil.example")


def test_no_origin_passes_and_the_fetch_header_decides(post):
    assert post().content == b"taken"
    with pytest.raises(PermissionDenied):
        post(**{"Sec-Fetch-Site": "cross-site"})


@pytest.mark.django_db
class TestReadableRequests:
    @pytest.fixture
    def send(self, client):
        """As a server would: Django's test client skips the WSGI entry point, so its part is done first."""
        guard = wsgi.CharsetGuard(lambda environ, start_response: [environ["CONTENT_TYPE"]])
        body = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nx\r\n--b--\r\n'

        def send(kind):
            (passed,) = guard({"CONTENT_TYPE": kind}, None)
            return client.generic("POST", reverse("statements:sign-in"), body, content_type=passed, QUERY_STRING="a=b")

        return send

    @pytest.mark.parametrize("charset", ["hex", "rot13", "zlib", "idna", "undefined", "utf-16", "nonsense"])
    @pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"])
    def test_another_charset_is_refused_in_words(self, send, charset, kind):
        response = send(f"{kind}; charset={charset}")
        assert response.status_code == 400
        assert b"We could not read this request" in response.content

    @pytest.mark.parametrize("charset", ["UTF-8", "utf-8", '"utf-8"', "us-ascii"])
    def test_what_browsers_send_is_read(self, send, charset):
        assert send(f"multipart/form-data; boundary=b; charset={charset}").status_code == 422

    def test_the_entry_point_is_guarded(self):
        assert isinstance(wsgi.application.application, wsgi.CharsetGuard)

    def test_a_body_that_is_too_long_is_refused_before_it_is_read(self, client):
        path, kind = reverse("statements:sign-in"), "multipart/form-data; boundary=b"
        too_long = str(middleware.MAX_BODY + 1)
        response = client.generic("POST", path, b"--b--\r\n", content_type=kind, CONTENT_LENGTH=too_long)
        assert response.status_code == 400
        nonsense = client.generic("POST", path, b"--b--\r\n", content_type=kind, CONTENT_LENGTH="x")
        assert nonsense.status_code in {400, 422}


@pytest.mark.django_db
class TestOneLine:
    @pytest.fixture
    def hash_of(self, rf):
        return lambda address: network_hash(rf.get("/", REMOTE_ADDR=address), NOW)

    def test_addresses_of_one_line_are_one_network(self, hash_of):
        assert hash_of("2001:db8:1:2::1") == hash_of("2001:db8:1:2:ffff::9")
        assert hash_of("2001:db8:1:2::1") != hash_of("2001:db8:1:3::1")

    def test_an_ipv4_address_in_ipv6_clothes_is_the_same(self, hash_of):
        assert hash_of("::ffff:192.0.2.1") == hash_of("192.0.2.1")
        assert hash_of("::ffff:192.0.2.1") != hash_of("::ffff:192.0.2.2")
