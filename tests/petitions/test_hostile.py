"""Whatever is sent to the pages of a petition: an answer below 500, nothing of it in the page, nothing dangerous kept.

Seeded: 5,000 requests a database in `make test-long`, 120 in `make test`.
"""

import random
import re
from collections import Counter
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from outbox.models import Email
from petitions import services
from petitions.models import LimitRule, Report, Signature
from petitions.services import limits
from petitions.services.links import CONFIRM, MANAGE, NOT_ME
from privacy import tokens
from privacy.text import UNSAFE
from tests.factories import make_petition

pytestmark = pytest.mark.django_db

MARK = "zq7x"  # stands in every piece of markup that is sent: found in a page as markup, it was reflected
MARKUP = [
    f"<script>{MARK}()</script>",
    f"<{MARK} onerror=alert(1)>",
    f'"><img src=x onerror={MARK}()>',
    f"'><svg/onload={MARK}()>",
    f"</title><script src=//{MARK}.example></script>",
    f"</textarea><{MARK}>",
    f"<!--{MARK}--><{MARK}>",
    f"javascript:{MARK}()",
    f"{{{{ {MARK} }}}}{{% load {MARK} %}}",
    f"${{{MARK}}}",
    f"[{MARK}](javascript:{MARK}())",
]
DANGEROUS = [
    *MARKUP,
    '=HYPERLINK("http://elsewhere.example")',
    "@SUM(1+1)",
    "+1-1",
    "\x00",
    "Kim\x00Minji",
    "Kim\r\nBcc: everybody@people.example",
    "Kim\nSubject: other",
    "Kim\u202eijniM",
    "\u200b\u200b",
    "\u2066Kim\u2069",
    "\ufeffKim",
    "\U000e0041\U000e0042",
    "\ud800",
    "\uffff",
    "가" * 5_000,
    "x" * 200_000,
    "\u0301" * 500,
    "ﷺ" * 200,
    "minji@people.example, other@people.example",
    "minji@people.example\r\nBcc: other@people.example",
    '"minji@people.example"@people.example',
    "minji@[127.0.0.1]",
    "minji@xn--a.example",
    "minji@" + "a" * 300 + ".example",
    "%00",
    "%0d%0aSet-Cookie: a=b",
    "' OR 1=1 --",
    "../../../../etc/passwd",
    "-1",
    "99999999999999999999999999",
    "NaN",
    "true",
    "[]",
    "{}",
]
FIELDS = [
    *("name", "email", "country", "comment", "language", "show_name", "alias", "show_country"),
    *("consent_handover", "consent_updates", "partner", "challenge", "proof", "wait", "shown", "reason", "details"),
]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "GE\x01T"]
TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=nothing",
    "application/json",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=" + "b" * 300,
    "multipart/form-data; boundary=part",
    "",
    "\xff",
]
HEADERS = {
    "HTTP_ORIGIN": ["null", "http://[", "https://elsewhere.example", "http://testserver", "\x00"],
    "HTTP_SEC_FETCH_SITE": ["cross-site", "same-origin", "none", MARK],
    "HTTP_ACCEPT_LANGUAGE": ["ko", "x" * 10_000, "*;q=2", "en\x00", "ko-KR,ko;q=0.9"],
    "HTTP_X_FORWARDED_FOR": ["127.0.0.1", "not an address", "::ffff:1.2.3.4%eth0", ", ,", "9" * 5_000],
    "HTTP_REFERER": [f"http://elsewhere.example/<{MARK}>"],
    "HTTP_USER_AGENT": [f"<{MARK}>", ""],
    "HTTP_COOKIE": ["sessionid=\x00", f"sessionid={'a' * 5_000}", "=;=;", "csrftoken=1; outcry=<x>"],
    "HTTP_IF_NONE_MATCH": ['W/"', "*", "\xff"],
    "HTTP_IF_MODIFIED_SINCE": ["yesterday", "Thu, 01 Jan 99999 00:00:00 GMT"],
    "HTTP_RANGE": ["bytes=-1", "bytes=0-99999999999999999999"],
    "HTTP_ACCEPT_ENCODING": ["gzip;q=x", "\x01"],
    "CONTENT_LENGTH": ["-1", "abc", "5", "99999999999999"],
}


class Sender:
    """Makes one request after the other of a seed."""

    def __init__(self, seed: int, slug: str, links: list[str]) -> None:
        self.chance = random.Random(seed)
        self.slug, self.links = slug, links
        self.client = Client(raise_request_exception=True)

    def path(self) -> str:
        one, chance = self.chance.choice, self.chance.random()
        below = ["", "sign/", "check-inbox/", "check-inbox/again/", "resend/", "report/", "updates/1/", "card.png"]
        below += ["qr.svg", "with/nobody/", f"with/{quote(one(DANGEROUS)[:80], errors='replace')}/"]
        if chance < 0.6:
            return (
                one(["", "", "/ko"])
                + f"/petitions/{self.slug}/{one([*below, *['sign/'] * 9, *['report/', 'resend/'] * 3])}"
            )
        if chance < 0.85:
            return one(["", "/ko"]) + one(self.links)
        strange = quote(one(DANGEROUS)[:300], errors="replace", safe="/<>\"'")
        return (
            one(["/petitions/", "/signatures/", "/unsubscribe/", "/ko/petitions/"]) + strange + one(["", "/", "/sign/"])
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Fields of the form: some right, some missing, some twice, some of no form."""
        right = {"name": "Kim Minji", "email": f"p{self.chance.randrange(40)}@people.example", "country": "KR"}
        pairs = [(name, value) for name, value in right.items() if self.chance.random() < 0.85]
        for _ in range(self.chance.randrange(4)):
            pairs.append(
                (self.chance.choice([*FIELDS, self.chance.choice(DANGEROUS)[:50]]), self.chance.choice(DANGEROUS))
            )
        self.chance.shuffle(pairs)
        return pairs

    def body(self, kind: str) -> bytes:
        chance = self.chance.random()
        if chance < 0.1:
            return self.chance.randbytes(self.chance.randrange(2_000))
        if kind.startswith("multipart") and chance < 0.9:
            parts = [self.part(name, value) for name, value in self.pairs()]
            end = self.chance.choice(["--part--\r\n", "--part", "", "--part\r\n"])
            return ("".join(parts) + end).encode("utf-8", "surrogatepass")
        sent = urlencode(self.pairs(), errors="surrogatepass").encode()
        if chance < 0.3:
            return sent.replace(b"%", b"\xff", 2) + b"&name=%ff%fe&%=%&&&=&;"
        return sent * (3_000 if chance > 0.995 else 1)

    def part(self, name: str, value: str) -> str:
        head = f'Content-Disposition: form-data; name="{name}"' + self.chance.choice(["", "; filename=a.exe"])
        return f"--part\r\n{head}\r\n{self.chance.choice(['', 'Content-Transfer-Encoding: base64'])}\r\n\r\n{value}\r\n"

    def send(self):
        method = self.chance.choice([*METHODS, "GET", *["POST"] * 12])
        path = self.path()
        kind = self.chance.choice([*TYPES, *TYPES[:1] * 12])
        extra = {name: self.chance.choice(values) for name, values in HEADERS.items() if self.chance.random() < 0.08}
        extra.setdefault("REMOTE_ADDR", f"198.51.100.{self.chance.randrange(250)}")
        if self.chance.random() < 0.2:
            path += "?" + quote(self.chance.choice(DANGEROUS)[:200], safe="=&%", errors="replace")
        body = b"" if method in {"GET", "HEAD"} else self.body(kind)
        return f"{method} {path[:120]} {kind[:40]!r} {extra}", self.client.generic(method, path, body, kind, **extra)


def reflections(answer) -> list[str]:
    """Markup of ours that stands in a page as markup, or in a header as a line of its own."""
    found = [f"{name}: {value}" for name, value in answer.headers.items() if re.search(r"[\r\n]|set-cookie: a", value)]
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return found
    page = answer.content.decode()
    markup = rf"<[^>]*{MARK}|<script[^>]*>[^<]*{MARK}|(?:href|src|action)=[\"']?javascript:|\bon\w+=[\"']?{MARK}"
    for match in re.finditer(markup, page):
        if not _in_an_attribute(page, match.start()):
            found.append(page[match.start() : match.start() + 80])
    return found


def _in_an_attribute(page: str, start: int) -> bool:
    """Whether this tag is one of ours whose quoted value holds the words, escaped: as harmless as text."""
    tag = re.match(r"<\w+(?:\s+[\w:-]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[\w-]+))?)*\s*/?>", page[start:])
    return tag is not None and MARK not in re.sub(r"\"[^\"]*\"", "", tag.group())


@pytest.fixture
def petition(settings):
    settings.PAGE_CACHE_SECONDS = 0
    LimitRule.objects.all().delete()  # which would answer in place of the form
    limits.forget()
    return make_petition()


@pytest.mark.parametrize("seed", [1])
def test_nothing_hostile_breaks_a_page_stands_in_it_or_is_kept(petition, now, rounds, seed):
    services.sign_petition(petition, name="Kim Minji", email="p1@people.example", language="en", now=now)
    nonce = bytes((signature := Signature.objects.get()).nonce)
    links = [f"/signatures/{tokens.make(CONFIRM, signature.pk, nonce)}/"]
    manage = f"/signatures/{tokens.make(MANAGE, signature.pk, nonce)}/manage/"
    links += [manage + act for act in ("", "change/", "data/")]
    links += [
        f"/signatures/{tokens.make(NOT_ME, signature.pk, nonce)}/not-me/",
        f"/signatures/{MARK}/",
        "/signatures/%00/",
    ]
    sender, statuses = Sender(seed, petition.slug, links), Counter()
    for _ in range(rounds(120, 5_000)):
        about, answer = sender.send()
        sender.client.cookies.clear()
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, about
        assert not reflections(answer), about
        assert not answer.cookies or "HTTP_COOKIE" in about, about  # a broken cookie of the desk's is taken away
    assert statuses[302] > 2, statuses  # some was right, and taken
    assert statuses[422] > 10, statuses

    rows = list(Signature.objects.all())
    assert len(rows) > 1
    for text in [value for row in rows for value in (row.name, row.alias, row.address)]:
        assert not UNSAFE.search(text), ascii(text)
    for text in [*(row.comment for row in rows), *(report.text for report in Report.objects.all())]:
        assert not UNSAFE.search(re.sub(r"[\n\t]", " ", text)), ascii(text)
    for mail in Email.objects.all():
        if mail.to:  # nobody: withheld, or forgotten with its signature
            assert re.fullmatch(r"[^\s,@]+@people\.example", mail.to), mail.to
            assert not re.search(r"[\r\n]", mail.payload["subject"])
