"""Switches of the whole site: read-only, and what every desk page says while something is out of the ordinary."""

import logging
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import switches
from accounts.audit import chain
from accounts.models import AuditEntry, AuditLink, SignInCode, Switch
from accounts.tasks import seal_audit
from outbox.models import Email
from outbox.services import write_email
from outbox.tasks import send_due_mail
from petitions.models import Signature
from petitions.services import sign_petition
from privacy.tasks import run_retention
from tests import factories

pytestmark = pytest.mark.django_db

KEY = Switch.Key


def turn(key, on, run_on_commit, by=None):
    with run_on_commit():
        switches.turn(key, on, by=by, now=timezone.now(), reason="A test.")


@pytest.fixture
def read_only(run_on_commit):
    turn(KEY.READ_ONLY, True, run_on_commit)


@pytest.fixture
def administrator(client):
    client.force_login(factories.make_user("administrator", name="Ada Min"))
    return client


def form(**said):
    return {"name": "Anna Kim", "email": "anna@people.example", "language": "en", "show_name": "private", **said}


@pytest.mark.parametrize(("prefix", "word"), [("", "can only be read"), ("/ko", "읽기만")])
def test_read_only_answers_a_signature_with_a_calm_page_and_takes_nothing(client, run_on_commit, prefix, word):
    petition = factories.make_petition()
    address = f"{prefix}/petitions/{petition.slug}/sign/"
    turn(KEY.READ_ONLY, True, run_on_commit)
    response = client.post(address, form())
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert word in response.content.decode()
    assert not Signature.objects.exists()
    turn(KEY.READ_ONLY, False, run_on_commit)
    assert client.post(address, form()).status_code == 302
    assert Signature.objects.exists()


def test_read_only_holds_for_every_method_and_room(client, read_only):
    for address in (reverse("statements:sign-in"), "/admin/petitions/petition/add/", "/admin/", "/"):
        assert client.post(address).status_code == 503, address
        for send in (client.put, client.patch, client.delete):
            assert send(address).status_code == 405, address  # at no time
    for address in ("/", "/petitions/", "/admin/login/", reverse("statements:sign-in")):
        assert client.get(address).status_code == 200, address
        assert client.head(address).status_code == 200, address
    assert client.post("/nothing/here/").status_code == 404


def test_the_pages_with_forms_say_so_before_anybody_writes(client, read_only):
    petition = factories.make_petition()
    html = client.get(f"/petitions/{petition.slug}/").content.decode()
    assert "nothing can be signed or sent" in html
    assert "<form" not in html
    assert "data-signature-count" in html
    assert "nothing can be signed or sent" in client.get(reverse("statements:sign-in")).content.decode()


def test_paused_signing_is_said_in_place_of_the_form(client, run_on_commit, settings):
    settings.PAGE_CACHE_SECONDS = 0
    petition = factories.make_petition()
    assert "<form" in client.get(f"/petitions/{petition.slug}/").content.decode()
    turn(KEY.PAUSE_SIGNING, True, run_on_commit)
    html = client.get(f"/petitions/{petition.slug}/").content.decode()
    assert "Signing is paused" in html
    assert "<form" not in html


def test_staff_can_sign_in_and_turn_read_only_off(read_only, run_on_commit):
    factories.make_user("administrator", address="ada@coalition.example")
    client = Client(enforce_csrf_checks=True)
    page = client.get("/admin/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    login = {"username": "ada@coalition.example", "password": "correct horse battery", "csrfmiddlewaretoken": token}
    assert client.post("/admin/login/", login).status_code == 302
    html = client.get("/admin/accounts/switch/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[1]
    with run_on_commit():
        client.post("/admin/accounts/switch/read_only/turn/", {"on": "0", "csrfmiddlewaretoken": token})
    assert not switches.is_on(KEY.READ_ONLY)
    assert client.post("/admin/logout/", {"csrfmiddlewaretoken": token}).status_code in {200, 302}


def test_workers_send_nothing_and_clean_nothing_while_read_only(run_on_commit, sent_mail, settings):
    now = timezone.now()
    write_email("tests", to="a@office.example", subject="…", text="…", key="read-only", now=now)
    petition = factories.make_petition()
    sign_petition(petition, name="Anna", email="anna@people.example", language="en", now=now)
    Signature.objects.update(link_sent_at=now - timedelta(days=30))
    SignInCode.objects.create(session_hash=b"s", code_hash=b"c", expires_at=now - timedelta(days=2))
    turn(KEY.READ_ONLY, True, run_on_commit)
    for task in (send_due_mail, run_retention):
        task()
    assert sent_mail == mail.outbox == []
    assert (Email.objects.filter(state="queued").count(), Signature.objects.count(), SignInCode.objects.count()) == (
        2, 1, 1,
    )  # fmt: skip
    seal_audit()  # what is done meanwhile stands in the chain
    assert AuditLink.objects.count() == AuditEntry.objects.count() > 0
    turn(KEY.READ_ONLY, False, run_on_commit)
    for task in (send_due_mail, run_retention):
        task()
    assert len(sent_mail) == 2
    assert not Signature.objects.exists()
    assert not SignInCode.objects.exists()


def test_turning_read_only_stops_a_batch_between_two_messages(run_on_commit, sent_mail, monkeypatch):
    from tests.memory import MemoryTransport

    for number in range(3):
        write_email("tests", to="a@office.example", subject="…", text="…", key=f"batch:{number}", now=timezone.now())
    send = MemoryTransport.send

    def turn_after_the_first(self, wire):
        turn(KEY.READ_ONLY, True, run_on_commit)
        return send(self, wire)

    monkeypatch.setattr(MemoryTransport, "send", turn_after_the_first)
    send_due_mail()
    assert len(sent_mail) == 1
    assert Email.objects.filter(state="queued").count() == 2


def test_a_reading_visitor_costs_no_query_for_the_switches(client):
    petition = factories.make_petition()
    switches.keys_on()
    with CaptureQueriesContext(connection) as queries:
        client.post(f"/petitions/{petition.slug}/sign/", {})
    assert not any("accounts_switch" in query["sql"] for query in queries)


def test_every_page_of_the_desk_says_what_is_on_since_when_and_by_whom(administrator, run_on_commit):
    places = [
        "/admin/",
        "/admin/accounts/auditentry/",
        "/admin/accounts/switch/",
        "/admin/accounts/user/",
        "/admin/account/",
    ]
    for place in places:
        assert 'class="standing"' not in administrator.get(place).content.decode(), place
    with run_on_commit():
        said = {"on": "1", "reason": "Robots sign."}
        administrator.post("/admin/accounts/switch/challenge/turn/", said)
    for place in places:
        html = administrator.get(place).content.decode()
        assert "Signing asks for a proof of work" in html[: html.index('id="header"')], place
        assert "by Ada Min" in html, place
    login = Client().get("/admin/login/").content.decode()
    assert "standing" not in login
    assert "proof of work" not in Client().get("/").content.decode()
    [line] = AuditEntry.objects.filter(act="accounts.turn_switch")
    assert (line.reason, line.details) == ("Robots sign.", {"switch": "challenge", "on": True})


def test_a_reason_with_an_address_is_refused_beside_its_own_field_and_turns_nothing(administrator):
    said = {"on": "1", "reason": "Write to anna@people.example"}
    response = administrator.post("/admin/accounts/switch/pause_signing/turn/", said)
    assert response.status_code == 422
    html = response.content.decode()
    section = html[html.index('id="switch-pause_signing"') : html.index('id="switch-pause_sending"')]
    assert "leave out the e-mail address" in section
    assert html.count("leave out the e-mail address") == section.count("leave out the e-mail address")
    assert not Switch.objects.filter(is_on=True).exists()


def test_two_who_turn_at_once_leave_one_line(run_on_commit):
    for _ in range(2):
        turn(KEY.PAUSE_SENDING, True, run_on_commit)
    assert AuditEntry.objects.filter(act="accounts.turn_switch").count() == 1


def test_the_head_of_the_chain_is_logged_each_day(caplog, run_on_commit):
    from accounts.tasks import note_audit_head

    turn(KEY.PAUSE_SENDING, True, run_on_commit)
    with caplog.at_level(logging.INFO, logger="accounts.audit"):
        note_audit_head()
    assert chain.head().digest in caplog.text
