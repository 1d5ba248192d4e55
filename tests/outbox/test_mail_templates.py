"""Every e-mail: both parts, in each language, with its link and without the topic in its subject."""

import html as html_library
import re
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlsplit

import html5lib
import pytest
from django.conf import settings as site_settings
from django.core.cache import cache
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from accounts import services as accounts
from accounts import switches
from accounts.models import Switch
from accounts.throttle import Source
from letters import services as letters
from letters.models import Letter
from outbox.composing import body_of
from outbox.models import Email
from outbox.services import queue_email
from petitions import services as petitions
from petitions.models import Signature
from statements import services as statements
from statements.services import request_release
from tests.factories import (
    NOW,
    make_organization,
    make_petition,
    make_published,
    make_recipient,
    make_statement,
    make_template,
    make_user,
    sign_statement,
)

pytestmark = pytest.mark.django_db

TITLES = ("Safe passage, not a return convoy", "송환 차량이 아니라 안전한 길을", "After the night", "10월 9일 밤")
LANGUAGES = [code for code, _name in site_settings.LANGUAGES]
HOSTILE = 'Mothers & <script>alert("1")</script>'


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def mails(language, rows_for_many):
    """One of each e-mail as its service writes it, by template name."""
    with rows_for_many(partial(write_one_of_each, language, NOW)) as found:
        yield found


@override_settings(EMAIL_BACKEND="outbox.backends.QueueBackend")  # pytest-django would keep the code in a list
def write_one_of_each(language, now):
    found = {}

    def newest(name):
        found[name] = Email.objects.latest("pk")

    petition = make_petition(opens_at=now - timedelta(days=1))
    said = {"name": "김민지", "email": "minji@people.example", "language": language}
    petitions.sign_petition(petition, **said, now=now)
    newest("confirm")
    petitions.confirm_signature(Signature.objects.get().pk, now=now)
    petitions.sign_petition(petition, **said, now=now + timedelta(minutes=2))
    newest("already")

    editor = make_user("editor")
    organization = make_organization("Mothers of the River (demo)", name_ko="강의 어머니들 (demo)")
    delegate = statements.invite_delegate(
        organization, address="d@river.example", name="Kim", title="Director", mandate="Board", language=language,
        by=editor, now=now,
    )  # fmt: skip
    newest("delegate")
    statement = make_statement(time_zone="Europe/Zurich")
    statements.invite_organizations(statement.pk, [organization], by=editor, now=now)
    newest("invitation")
    sign_statement(statement, delegate)
    newest("receipt")
    accounts.request_sign_in_code("d@river.example", session="browser", source=Source(b"here"), now=now)
    newest("code")
    assert found["code"].kind == "django"

    make_template(
        language,
        body="Read [our report](https://example.org/report?a=1&b=2) at {{ statement.url }}.[^1]\n\n[^1]: A note.",
    )
    release = request_release(
        make_published().pk, [make_recipient("Office <b> & (demo)")], language=language, reply_by=date(2023, 12, 20),
        by=make_user("sender"), now=now,
    )  # fmt: skip
    letters.approve_release(release.pk, by=make_user("sender"), now=now)
    newest("letter")
    said = body_of(found["letter"])  # its words are kept in the copy, and put together when it leaves
    found["letter"].payload |= {"text": said.text, "html": said.html}
    return found


LINKS = {
    "confirm": r"/signatures/[\w-]{32}/",
    "already": r"/petitions/petition-\d+/",
    "delegate": r"/delegate/",
    "invitation": r"/delegate/statements/statement-\d+/",
    "receipt": r"/statements/digest/[0-9a-f]{64}/",
    "letter": r"/statements/statement-\d+/",
}


def test_every_mail_has_both_parts_and_its_link_in_its_language(mails, language):
    prefix = "http://testserver" + ("" if language == "en" else f"/{language}")
    for name, pattern in LINKS.items():
        for part in ("text", "html"):
            assert re.search(re.escape(prefix) + pattern, mails[name].payload[part]), (name, part)
    assert mails["code"].payload["text"]  # eight digits need no second part


def test_plain_text_holds_no_leftovers_of_html(mails):
    for name, mail in mails.items():
        text = mail.payload["text"].replace("Office <b> & (demo)", "")  # an office may be called so
        assert not re.search(r"[<>{}%]|&\w+;|&#", text), (name, text)
        assert "\n\n\n" not in text, name
        assert not any(line != line.strip() for line in text.splitlines()), name


def test_no_subject_betrays_a_topic_or_a_code(mails):
    for name, mail in mails.items():
        assert mail.subject, name
        assert not any(title in mail.subject for title in TITLES), name
        assert not re.search(r"\d{4}", mail.subject), name


def test_what_an_inbox_previews_of_a_supporters_mail_is_neutral(mails):
    for name in ("confirm", "already"):
        assert not any(title in mails[name].payload["text"][:140] for title in TITLES), name
        drawn = re.sub(r"<head>.*</head>|<[^>]+>", " ", mails[name].payload["html"], flags=re.DOTALL)
        assert not any(title in " ".join(drawn.split())[:140] for title in TITLES), name
        assert any(title in mails[name].payload["text"] for title in TITLES), name  # but it says which petition


def test_the_confirmation_has_one_link_to_confirm_and_it_comes_first(mails):
    for part in ("text", "html"):
        links = dict.fromkeys(re.findall(r"https?://[^\s\"<]+", mails["confirm"].payload[part]))
        ends = [re.sub(r".*/signatures/[\w-]{32}/", "", link) for link in links]
        assert ends == ["", "not-me/", "manage/"]


def test_html_is_valid_loads_nothing_and_shows_where_its_links_go(mails):
    for name, mail in mails.items():
        html = mail.payload["html"]
        if not html:
            continue
        html5lib.HTMLParser(strict=True).parse(html)
        assert not re.search(r"<(img|link|script|iframe|form|object|video)\b|url\(|@import|src=", html), name
        for target, shown in re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL):
            assert target.startswith("http"), name
            assert target == shown, name


def links(text):
    return {found.rstrip(".,)") for found in re.findall(r"https?://[^\s\"<>\[\]]+", html_library.unescape(text))}


def test_text_and_html_lead_to_the_same_places(mails):
    for name, mail in mails.items():
        if mail.payload["html"]:
            targets = {html_library.unescape(target) for target in re.findall(r'href="([^"]*)"', mail.payload["html"])}
            assert targets == links(mail.payload["text"]) == links(mail.payload["html"]), name
            assert targets, name


def test_no_link_knows_who_follows_it_but_the_one_that_must(mails):
    """No counting addresses: a link is the public page, or holds the one token that does something for its reader."""
    for name, mail in mails.items():
        for link in links(mail.payload["text"]):
            address = urlsplit(link)
            assert not address.query or name == "letter", (name, link)  # in a letter, what its author wrote
            assert not address.fragment, (name, link)


TEMPLATES = sorted(site_settings.BASE_DIR.glob("templates/**/email/*"))


@pytest.mark.parametrize("template", TEMPLATES, ids=[f"{path.parts[-3]}-{path.name}" for path in TEMPLATES])
def test_no_template_loads_counts_or_disguises_anything(template):
    source = template.read_text()
    assert not re.search(r"<(img|link|script|iframe|form|object|video|audio|picture|svg)\b|url\(|@import|src=", source)
    assert not re.search(r"https?://", source)  # every address comes from SITE_URL or from the text itself
    assert not re.search(r"<a\b(?![^>]*>\{\{ (\w|\.)+ \}\}</a>)", source)
    for target, shown in re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', source):
        assert target == shown
    if template.name.endswith(".subject.txt"):
        assert template.with_name(template.name.replace(".subject", "")).exists()


def test_a_supporters_subject_says_nothing_to_whoever_looks_over_a_shoulder(mails):
    telling = (
        r"petition|sign|campaign|korea|china|refugee|escap|return|rights|청원|서명|캠페인|북한|탈북|중국|송환|인권"
    )
    for name in ("confirm", "already"):
        assert not re.search(telling, mails[name].subject, re.IGNORECASE), name


def test_both_parts_say_the_same(mails):
    for name in ("confirm", "already", "delegate", "invitation", "receipt"):
        html = re.sub(r"<head>.*</head>|<style>.*</style>", " ", mails[name].payload["html"], flags=re.DOTALL)
        drawn = set(re.findall(r"\w{4,}", re.sub(r"<[^>]+>", " ", html)))
        assert set(re.findall(r"\w{4,}", mails[name].payload["text"])) <= drawn, name


def test_the_demonstration_is_named_once_in_each_part_and_only_then(mails, now):
    line = "Demonstration: organizations, signatures and letters here are invented."
    with translation.override("en"):
        assert not any(line in mail.payload["text"] for mail in mails.values())
        switches.turn(Switch.Key.DEMONSTRATION, True, by=None, now=now)
        cache.clear()
        context = {"title": "T", "name": "Kim", "confirm_url": "https://x.example/", "days": 7}
        queued = queue_email(
            "petitions.signature", to="a@b.example", template="petitions/email/confirm", context=context, language="en",
            key="k", now=now,
        )  # fmt: skip
        assert [queued.payload[part].count(line) for part in ("text", "html")] == [1, 1]
        code = render_to_string("accounts/email/sign_in_code.txt", {"code": "1234 5678", "minutes": 10})
        assert code.count(line) == 1  # it comes without the outbox's context


def test_a_letter_carries_everything_a_ministry_files_it_by(mails, language):
    letter = mails["letter"]
    copy = Letter.objects.get().copy
    for part in ("text", "html"):
        content = letter.payload[part].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        said = ["date", "reference", "subject", "salutation", "closing", "coalition", "contact_name", "contact_address"]
        said += ["signatories_heading", "statement_url", "text_digest"]
        for key in said:
            assert copy[key] in content, (part, key)
        for line in [*copy["envelope"], *copy["postal_lines"], *(row["name"] for row in copy["signatories"])]:
            assert line in content, (part, line)
    assert letter.subject == copy["subject"]
    assert "our report (https://example.org/report?a=1&b=2)" in letter.payload["text"]
    assert "A note." in letter.payload["html"]


def test_the_demonstration_letter_says_so_once_at_the_top(mails):
    notice = "Demonstration: organizations, signatures and letters here are invented."
    context = {"copy": Letter.objects.get().copy, "notice": notice, "demonstration": True}
    with translation.override("en"):
        text = render_to_string("letters/email/letter.txt", context)
        html = render_to_string("letters/email/letter.html", context)
    assert text.startswith(notice)
    assert (text.count(notice), html.count(notice)) == (1, 1)


def test_a_deadline_stands_in_the_time_zone_of_the_text(mails):
    assert "(Europe/Zurich)" in mails["invitation"].payload["text"]
    with translation.override("en"):
        context = {"deadline": make_statement().deadline, "time_zone": "America/New_York", "digest": "0" * 64}
        text = render_to_string("statements/email/invitation.txt", context)
    assert "7 a.m. (America/New_York)" in text or "07:00 (America/New_York)" in text


def test_names_are_escaped_in_html_and_plain_in_text():
    context = {"organization": HOSTILE, "home_url": "https://x.example/", "address": "a@b.example", "name": "O'Brien"}
    text = render_to_string("statements/email/delegate.txt", context)
    html = render_to_string("statements/email/delegate.html", context)
    assert HOSTILE in text
    assert "O'Brien" in text
    assert "<script" not in html


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Kim Min-ji", "Hello Kim Min-ji,"),
        ("J.K. Rowling", "Hello J.K. Rowling,"),
        ("김민지", "Hello 김민지,"),
        ("", "Hello,"),
        ("Win at evil.example", "Hello,"),
        ("https://evil.example/", "Hello,"),
        ("write to a@evil.example", "Hello,"),
        ("x" * 61, "Hello,"),
    ],
)
def test_no_name_carries_a_link_into_a_mailbox(name, greeting):
    with translation.override("en"):
        rendered = Template("{% load mail %}{% greeting name %}").render(Context({"name": name}))
    assert rendered == greeting


def test_the_confirmation_of_a_name_that_is_a_link_names_nobody(language):
    context = {"name": "Go to evil.example now", "title": "T", "confirm_url": "https://x.example/", "days": 7}
    with translation.override(language):
        for part in ("txt", "html"):
            assert "evil.example" not in render_to_string(f"petitions/email/confirm.{part}", context)


def test_a_receipt_names_signer_authority_time_and_digest(mails):
    text = mails["receipt"].payload["text"]
    for said in ("Kim, Director", "Board", "(Europe/Zurich)", "OUT-"):
        assert said in text
    assert re.search(r"[0-9a-f]{64}", text)


def test_nothing_is_said_about_a_deadline_that_is_not_there():
    context = {"deadline": None, "time_zone": "Asia/Seoul", "digest": "0" * 64, "organization": "A", "title": "T"}
    text = render_to_string("statements/email/invitation.txt", context | {"cosign_url": "https://x.example/"})
    assert "None" not in text
    assert "Asia/Seoul" not in text
