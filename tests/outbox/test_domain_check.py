"""The check of the mail domain, asking a name server on loopback over the real protocol."""

import base64
import json
import time
from collections import Counter
from datetime import timedelta
from functools import cache
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

from desk import queues
from outbox import tasks
from outbox.domain_check import checking, questions, words
from outbox.domain_check.finding import Level
from outbox.domain_check.questions import name_server
from outbox.models import DomainCheck
from tests.factories import make_user
from tests.outbox.name_server import REFUSED, SERVFAIL, SILENCE, NameServer

DOMAIN = "coalition.example"
KEY = f"mail._domainkey.{DOMAIN}"


@cache
def key(bits: int = 2048) -> str:
    """The public half of a new RSA key, as a record has it."""
    public = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def ed_key() -> str:
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def curve_key() -> str:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def good_zone() -> dict[str, list[str] | str]:
    """A domain with everything in order, so that what one test changes is all that is wrong."""
    return {
        f"{DOMAIN} TXT": ["google-site-verification=abc", "v=spf1 ip4:192.0.2.0/24 include:_spf.mail.example mx -all"],
        "_spf.mail.example TXT": ["v=spf1 a:out.mail.example ip6:2001:db8::/32 ~all"],
        f"{KEY} TXT": [f"v=DKIM1; k=rsa; p={key()}"],
        f"_dmarc.{DOMAIN} TXT": [f"v=DMARC1; p=reject; rua=mailto:dmarc@{DOMAIN}"],
        f"{DOMAIN} MX": ["20 mx2.mail.example.", "10 mx1.mail.example."],
        "mx1.mail.example A": ["192.0.2.1"],
        "mx2.mail.example AAAA": ["2001:db8::1"],
    }


@pytest.fixture(scope="module")
def running():
    server = NameServer()
    yield server
    server.stop()


@pytest.fixture
def dns(running, settings):
    server = running
    server.zone, server.asked = good_zone(), Counter()
    settings.DNS_SERVERS = [server.address]
    settings.MAIL_DOMAIN, settings.DKIM_SELECTOR = DOMAIN, "mail"
    settings.DEFAULT_FROM_EMAIL, settings.BOUNCE_ADDRESS = f"Outcry <post@{DOMAIN}>", ""
    return server


@pytest.fixture
def impatient(monkeypatch):
    """For what never answers; elsewhere a busy machine may take its time."""
    monkeypatch.setattr(questions, "ONE_TRY", 0.2)
    monkeypatch.setattr(questions, "ONE_LIMIT", 0.4)


def found(**changed):
    """{code: finding} of a check, what is in order left out."""
    said = {"selector": "mail", "from_domain": DOMAIN, "bounce_domain": DOMAIN} | changed
    findings = checking.check(DOMAIN, **said)
    assert findings
    for finding in findings:
        assert words.sentence(finding.code, finding.details) != finding.code, finding
    return {finding.code: finding for finding in findings if finding.level != Level.OK}


def test_a_domain_in_order_has_nothing_wrong_and_says_what_was_looked_at(dns):
    findings = checking.check(DOMAIN, selector="mail", from_domain=DOMAIN, bounce_domain=DOMAIN)
    assert [finding.code for finding in findings] == ["spf_ok", "dkim_ok", "dmarc_ok", "mx_ok"]
    assert findings[0].details["count"] == 3  # include, mx, and the a of what is included
    assert findings[1].details["key"] == "RSA 2048"
    assert findings[3].details["host"] == "mx1.mail.example"


@pytest.mark.parametrize(
    ("record", "code", "level"),
    [
        (None, "spf_missing", "error"),
        ("v=spf10 -all", "spf_missing", "error"),
        ("v=spf1 ip4:192.0.2.300 -all", "spf_syntax", "error"),
        ("v=spf1 ip4:192.0.2.0/33 -all", "spf_syntax", "error"),
        ("v=spf1 ip6:192.0.2.1 -all", "spf_syntax", "error"),
        ("v=spf1 includes:_spf.mail.example -all", "spf_syntax", "error"),
        ("v=spf1 include: -all", "spf_syntax", "error"),
        ("v=spf1 include:_spf.mail.example; -all", "spf_syntax", "error"),
        ("v=spf1 a:mail.example/99 -all", "spf_syntax", "error"),
        ("v=spf1 redirect=a.example redirect=b.example", "spf_syntax", "error"),
        ("v=spf1 exists:%{x}.example -all", "spf_syntax", "error"),
        ("v=spf1 all:x", "spf_syntax", "error"),
        ("v=spf1 \u201c-all\u201d", "spf_syntax", "error"),
        ("v=spf1 include:nothing.example -all", "spf_include_missing", "error"),
        (f"v=spf1 include:{DOMAIN} -all", "spf_loop", "error"),
        ("v=spf1 +all", "spf_everybody", "error"),
        ("v=spf1 all", "spf_everybody", "error"),
        ("v=spf1 ip4:192.0.2.1 ?all", "spf_neutral", "warning"),
        ("v=spf1 ip4:192.0.2.1", "spf_open", "warning"),
        ("v=spf1 ptr -all", "spf_ptr", "warning"),
    ],
)
def test_spf(dns, record, code, level):
    dns.zone[f"{DOMAIN} TXT"] = ["something else", *([record] if record else [])]
    assert {name: finding.level for name, finding in found().items()} == {code: level}


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 -all",
        "V=SPF1 MX A:Mail.Example/24//64 IP4:192.0.2.1 ip6:2001:db8::1/128  ~ALL",
        "v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all",
        "v=spf1 redirect=_spf.mail.example",
        "v=spf1 include:%{d}._spf.mail.example exp=why.mail.example new-thing=7 -all",
    ],
)
def test_spf_in_order(dns, record):
    dns.zone[f"{DOMAIN} TXT"] = [record]
    assert found() == {}


def test_two_spf_records_are_as_bad_as_none(dns):
    dns.zone[f"{DOMAIN} TXT"] = ["v=spf1 -all", "v=spf1 mx -all"]
    assert found()["spf_several"].details == {"name": DOMAIN, "count": 2}


def test_lookups_are_counted_through_everything_that_is_included(dns):
    dns.zone |= {f"s{number}.example TXT": ["v=spf1 a mx exists:x.example ~all"] for number in range(3)}
    dns.zone[f"{DOMAIN} TXT"] = ["v=spf1 include:s0.example include:s1.example a mx -all"]
    assert found() == {}  # 2 includes, 6 in them, 2 more
    dns.zone[f"{DOMAIN} TXT"] = ["v=spf1 include:s0.example include:s1.example a mx ptr -all"]
    assert found()["spf_lookups"].details == {"count": 11}
    dns.zone[f"{DOMAIN} TXT"] = ["v=spf1 include:s0.example redirect=s1.example"]
    assert found() == {}


def test_a_record_that_includes_without_end_ends(dns):
    dns.zone |= {f"s{number}.example TXT": [f"v=spf1 include:s{number + 1}.example -all"] for number in range(500)}
    dns.zone[f"{DOMAIN} TXT"] = ["v=spf1 include:s0.example -all"]
    assert "spf_lookups" in found()
    assert dns.asked["s40.example TXT"] == 0


@pytest.mark.parametrize(
    ("records", "code", "level"),
    [
        ([], "dkim_missing", "error"),
        (["v=DKIM1; p="], "dkim_revoked", "error"),
        (["v=DKIM1; k=rsa"], "dkim_syntax", "error"),
        (["k=rsa; v=DKIM1; p=abcd"], "dkim_syntax", "error"),
        (["v=DKIM2; p=abcd"], "dkim_syntax", "error"),
        (["v=DKIM1; k=dsa; p=abcd"], "dkim_syntax", "error"),
        (["v=DKIM1; h=sha1; p=abcd"], "dkim_syntax", "error"),
        (["v=DKIM1; s=web; p=abcd"], "dkim_syntax", "error"),
        (["v=DKIM1; p=abcd; p=efgh"], "dkim_syntax", "error"),
        (["just words"], "dkim_syntax", "error"),
        (["v=DKIM1; p=not base64!"], "dkim_key", "error"),
        (["v=DKIM1; p=AAAA"], "dkim_key", "error"),
        (["v=DKIM1; k=ed25519; p=AAAA"], "dkim_key", "error"),
        ([lambda: f"v=DKIM1; p={curve_key()}"], "dkim_key", "error"),
        ([lambda: f"v=DKIM1; p={key(1024)[:-40]}"], "dkim_key", "error"),
        ([lambda: f"v=DKIM1; p={key(1024)}"], "dkim_short", "warning"),
        ([lambda: f"v=DKIM1; t=y:s; p={key()}"], "dkim_testing", "warning"),
        ([lambda: f"v=DKIM1; p={key()}", lambda: f"v=DKIM1; p={key(1024)}"], "dkim_several", "error"),
    ],
)
def test_dkim(dns, records, code, level):
    dns.zone[f"{KEY} TXT"] = [record() if callable(record) else record for record in records]
    assert {name: finding.level for name, finding in found().items()} == {code: level}


def test_dkim_in_order(dns):
    for record in (
        f"p={key()}",
        f"v=DKIM1; k=ed25519; p={ed_key()}",
        f"v = DKIM1 ; h=sha1:sha256; s=email; p={key(4096)};",
    ):
        dns.zone[f"{KEY} TXT"] = [record]
        assert found() == {}, record


def test_a_key_of_512_bits_is_ignored_by_receivers(dns):
    public = rsa.RSAPublicNumbers(e=65537, n=2**511 + 111).public_key()
    short = base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    dns.zone[f"{KEY} TXT"] = [f"v=DKIM1; p={short}"]
    finding = found()["dkim_short"]
    assert (finding.level, finding.details["bits"]) == ("error", 512)


@pytest.mark.parametrize(
    ("selector", "code"), [("", "dkim_no_selector"), ("other", "dkim_missing"), ("a b", "dkim_missing")]
)
def test_a_selector_that_is_not_there(dns, selector, code):
    assert set(found(selector=selector)) == {code}


def test_a_key_too_long_for_one_packet_comes_over_tcp(dns):
    dns.zone[f"{KEY} TXT"] = [f"v=DKIM1; n={'a long note ' * 120}; p={key()}"]
    assert found() == {}
    assert dns.asked["tcp"] == 1


@pytest.mark.parametrize(
    ("records", "code", "level"),
    [
        ([], "dmarc_missing", "error"),
        (["v=DMARC1; p=reject; rua=mailto:a@b.example", "v=DMARC1; p=none"], "dmarc_several", "error"),
        (["v=DMARC1; rua=mailto:a@b.example"], "dmarc_syntax", "error"),
        (["v=DMARC1; p=block; rua=mailto:a@b.example"], "dmarc_syntax", "error"),
        (["v=DMARC1; p=reject; sp=maybe; rua=mailto:a@b.example"], "dmarc_syntax", "error"),
        (["v=DMARC1; p=reject; pct=150; rua=mailto:a@b.example"], "dmarc_syntax", "error"),
        (["v=DMARC1, p=reject"], "dmarc_missing", "error"),
        (["v=DMARC1; p=none; rua=mailto:a@b.example"], "dmarc_none", "warning"),
        (["v=DMARC1; p=reject; pct=20; rua=mailto:a@b.example"], "dmarc_part", "warning"),
        (["v=DMARC1; p=reject"], "dmarc_no_reports", "warning"),
        (["v=DMARC1; p=reject; rua=a@b.example"], "dmarc_reports", "warning"),
    ],
)
def test_dmarc(dns, records, code, level):
    dns.zone[f"_dmarc.{DOMAIN} TXT"] = records
    assert {name: finding.level for name, finding in found().items()} == {code: level}


def test_a_subdomain_falls_under_the_policy_of_the_domain_above(dns):
    assert "dmarc_missing" not in found(from_domain=f"mail.{DOMAIN}")
    dns.zone[f"_dmarc.{DOMAIN} TXT"] = ["v=DMARC1; p=reject; sp=none; rua=mailto:a@b.example"]
    assert found() == {}
    assert set(found(from_domain=f"mail.{DOMAIN}")) == {"dmarc_none"}


def test_mail_must_belong_to_the_domain_it_says_it_comes_from(dns):
    dns.zone |= {"other.example TXT": ["v=spf1 -all"], "other.example MX": ["10 mx1.mail.example."]}
    dns.zone |= {f"bounces.{DOMAIN} TXT": ["v=spf1 -all"], f"bounces.{DOMAIN} MX": ["10 mx1.mail.example."]}
    assert found(bounce_domain=f"bounces.{DOMAIN}") == {}
    assert set(found(bounce_domain="other.example")) == {"dmarc_half_aligned"}
    dns.zone["_dmarc.third.example TXT"] = dns.zone[f"_dmarc.{DOMAIN} TXT"]
    assert found(from_domain="third.example")["dmarc_not_aligned"].level == "error"
    dns.zone[f"_dmarc.{DOMAIN} TXT"] = ["v=DMARC1; p=reject; aspf=s; rua=mailto:a@b.example"]
    assert set(found(bounce_domain=f"bounces.{DOMAIN}")) == {"dmarc_half_aligned"}


@pytest.mark.parametrize(
    ("records", "code", "level"),
    [
        ({f"{DOMAIN} MX": ["0 ."]}, "mx_null", "error"),
        ({f"{DOMAIN} MX": []}, "mx_missing", "error"),
        ({f"{DOMAIN} MX": [], f"{DOMAIN} A": ["192.0.2.9"]}, "mx_implicit", "warning"),
        ({f"{DOMAIN} MX": ["10 gone.example."]}, "mx_dead", "error"),
        ({f"{DOMAIN} MX": ["10 gone.example.", "20 mx1.mail.example."]}, "mx_dead", "warning"),
    ],
)
def test_mx(dns, records, code, level):
    dns.zone |= records
    assert {name: finding.level for name, finding in found().items()} == {code: level}


def test_no_such_domain_is_told_from_one_without_records(dns):
    dns.zone = {"unrelated.example TXT": ["x"]}
    assert set(found()) == {"domain_missing"}
    dns.zone = {f"www.{DOMAIN} A": ["192.0.2.1"]}  # the name is there, with nothing of its own
    assert set(found()) == {"spf_missing", "dkim_missing", "dmarc_missing", "mx_missing"}


@pytest.mark.parametrize(
    ("failure", "code"), [(SILENCE, "dns_timeout"), (SERVFAIL, "dns_failed"), (REFUSED, "dns_failed")]
)
def test_a_name_server_that_fails_is_neither_right_nor_wrong(dns, impatient, failure, code):
    for name in (f"_dmarc.{DOMAIN} TXT", f"{KEY} TXT", "_spf.mail.example TXT", "mx1.mail.example A"):
        dns.zone = good_zone() | {name: failure}
        findings = found()
        assert {(finding.code, finding.level) for finding in findings.values()} == {(code, "unknown")}, name
        assert findings[code].details["name"].rstrip(".") == name.split(" ")[0]
    dns.zone = {f"{DOMAIN} TXT": failure}
    assert set(found()) == {code}


def test_the_second_name_server_is_asked_when_the_first_fails(dns, settings, monkeypatch):
    monkeypatch.setattr(questions, "ONE_TRY", 0.2)
    broken = NameServer()
    broken.zone = {"* *": SERVFAIL}
    broken.answer = lambda wire, way: None
    settings.DNS_SERVERS = [broken.address, dns.address]
    try:
        assert found() == {}
    finally:
        broken.stop()


def test_it_ends_in_time_whatever_does_not_answer(dns, impatient, monkeypatch):
    dns.answer = lambda wire, way: None
    began = time.monotonic()
    findings = checking.check(DOMAIN, selector="mail", from_domain=DOMAIN, bounce_domain=DOMAIN, limit=0.5)
    assert [finding.code for finding in findings] == ["dns_timeout"]
    del dns.answer
    dns.zone |= {key: SILENCE for key in dns.zone if not key.startswith(f"{DOMAIN} TXT")}
    monkeypatch.setattr(questions, "ONE_LIMIT", 30)
    monkeypatch.setattr(questions, "ONE_TRY", 30)
    findings = checking.check(DOMAIN, selector="mail", from_domain=DOMAIN, bounce_domain=DOMAIN, limit=0.5)
    assert {finding.level for finding in findings} == {"unknown"}
    assert time.monotonic() - began < 5


def test_without_a_name_server_nothing_is_claimed(dns, settings):
    settings.DNS_SERVERS = ["not an address"]
    assert set(found()) == {"dns_no_server"}


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("9.9.9.9", "9.9.9.9", 53),
        ("9.9.9.9:5353", "9.9.9.9", 5353),
        ("2620:fe::fe", "2620:fe::fe", 53),
        ("[2620:fe::fe]", "2620:fe::fe", 53),
        ("[2620:fe::fe]:5353", "2620:fe::fe", 5353),
    ],
)
def test_name_servers_are_read_from_the_settings(text, host, port):
    server = name_server(text)
    assert (server.address, server.port) == (host, port)


def test_a_hostile_record_does_no_harm(dns):
    nasty = "v=spf1 <script>alert(1)</script>\x1b[31m\u202e" + "x" * 2000 + " -all"
    dns.zone[f"{DOMAIN} TXT"] = [nasty]
    finding = found()["spf_syntax"]
    assert len(finding.details["term"]) <= 80
    assert finding.details["term"].isascii()
    assert finding.details["term"].isprintable()


def test_every_sentence_is_there_in_korean():
    with translation.override("ko"):
        for code, sentence in words.SENTENCES.items():
            assert any("가" <= sign <= "힣" for sign in str(sentence)), code


# --- Command, task, desk -------------------------------------------------------------------------------------------
def run(*arguments):
    out = StringIO()
    try:
        call_command("check_mail_domain", *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return ended.code, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
def test_the_command_says_what_is_wrong_and_ends_accordingly(dns):
    assert run() == (
        0,
        f"{DOMAIN}: good\n  good: SPF is in order: one record, 3 of at most 10 lookups.\n"
        f"  good: DKIM is in order: {KEY} holds a key (RSA 2048).\n"
        f"  good: DMARC is in order: the policy at _dmarc.{DOMAIN} is “reject”.\n"
        f"  good: Mail that cannot be delivered comes back: {DOMAIN} has a mail server (mx1.mail.example).\n",
    )
    dns.zone[f"_dmarc.{DOMAIN} TXT"] = []
    code, said = run("--json")
    assert code == 1
    said = json.loads(said)
    assert (said["domain"], said["state"]) == (DOMAIN, "error")
    [wrong] = [finding for finding in said["findings"] if finding["level"] == "error"]
    assert wrong["code"] == "dmarc_missing"
    assert wrong["sentence"].startswith(f"There is no DMARC record at _dmarc.{DOMAIN}")
    assert DomainCheck.objects.get().state == "error"
    dns.zone = {f"{DOMAIN} TXT": SERVFAIL}
    assert run()[0] == 2
    assert DomainCheck.objects.get().state == "unknown"


@pytest.mark.django_db
def test_another_domain_is_checked_and_not_kept(dns):
    code, said = run("elsewhere.example", "--selector", "x")
    assert code == 1
    assert "The domain elsewhere.example does not exist" in said
    assert not DomainCheck.objects.exists()


@pytest.mark.django_db
def test_the_daily_check_keeps_one_row_and_asks_nobody_while_mail_goes_to_files(dns, settings):
    settings.EMAIL_URL = ""
    tasks.check_mail_domain()
    assert (DomainCheck.objects.count(), dns.asked.total()) == (0, 0)
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    tasks.check_mail_domain()
    tasks.check_mail_domain()
    kept = DomainCheck.objects.get()
    assert (kept.domain, kept.state) == (DOMAIN, "ok")
    assert timezone.now() - kept.checked_at < timedelta(minutes=1)


def line(user, now=None):
    page = queues.start_page(user, now or timezone.now())
    return [queue for queue in page["mine"] + page["others"] if queue.url == "/admin/outbox/domaincheck/"]


@pytest.mark.django_db
def test_the_start_page_speaks_of_the_domain_only_when_there_is_something_to_say(dns, settings):
    administrator = make_user("administrator")
    settings.EMAIL_URL = ""
    assert line(administrator) == []  # the demonstration
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    [never] = line(administrator)
    assert (never.title, never.is_trouble) == ("Mail domain that was never checked", True)
    assert line(make_user("editor")) == []
    tasks.check_mail_domain()
    assert [queue for queue in line(administrator) if queue.count] == []
    [old] = line(administrator, timezone.now() + timedelta(days=4))
    assert (old.count, old.note, old.is_trouble) == (1, "Checked 4\xa0days ago.", True)
    dns.zone[f"_dmarc.{DOMAIN} TXT"] = ["v=DMARC1; p=none"]
    tasks.check_mail_domain()
    [weak] = line(administrator)
    assert (weak.count, weak.is_trouble) == (2, False)
    dns.zone[f"{KEY} TXT"] = ["v=DKIM1; p="]
    tasks.check_mail_domain()
    [wrong] = line(administrator)
    assert (wrong.count, wrong.is_trouble) == (3, True)


@pytest.mark.django_db
def test_the_page_at_the_desk_says_what_to_do_and_asks_again_by_button_alone(dns, settings, monkeypatch):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    rung = []
    monkeypatch.setattr("outbox.admin.bell.ring", lambda task: rung.append(task.name))
    client = Client()
    client.force_login(make_user("administrator"), backend="accounts.backends.AddressBackend")
    assert "never checked" in client.get("/admin/outbox/domaincheck/").content.decode()
    dns.zone[f"{DOMAIN} TXT"] = ["v=spf1 <b>mx</b> -all"]
    tasks.check_mail_domain()
    page = client.get("/admin/outbox/domaincheck/").content.decode()
    assert "cannot be read at “&lt;b&gt;mx&lt;/b&gt;”" in page
    assert client.get("/admin/outbox/domaincheck/again/").status_code == 405
    assert rung == []
    assert client.post("/admin/outbox/domaincheck/again/").status_code == 302
    assert rung == ["outbox.tasks.check_mail_domain"]
    client.force_login(make_user("editor"), backend="accounts.backends.AddressBackend")
    assert client.get("/admin/outbox/domaincheck/").status_code == 403
    assert client.post("/admin/outbox/domaincheck/again/").status_code == 403
    assert len(rung) == 1
