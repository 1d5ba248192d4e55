"""Whatever goes in: the bytes parse back to the headers that were meant, and end where the message ends."""

import email.policy
import re
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.test import override_settings
from hypothesis import assume, given
from hypothesis import strategies as st

from outbox import kinds
from outbox.composing import compose, envelope_sender, header, is_unsafe
from outbox.exceptions import UnsafeHeader, Unsendable, UnusableAddress
from outbox.models import Email
from outbox.recipients import check_allowed, envelope_form
from outbox.services import queue_email, write_email

CARRIED = kinds.Kind("tests.carried", may_repeat=True)
BREAKS = ["\n", "\r", "\r\n", "\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\ud800"]
HEADERS = {"Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress"}
MIME = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}

ENDINGS = [".", "..", "From me", "\r\n.\r\n", "\n.\n", "\r.\r", "\x00", "QUIT", " ", "=", "a" * 1200, "가" * 500]
bodies = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(ENDINGS), max_size=12).map("\n".join))


def row(**changed):
    content = {"to": "kim@office.example", "subject": "One", "text": "Two\n", "html": "", "headers": {}} | changed
    return Email(kind=changed.pop("kind", "tests"), payload=content, message_id="<1@coalition.example>")


def parsed(wire):
    return message_from_bytes(wire.content, policy=email.policy.default)


def said(text):
    """A body with its line ends made equal, as everything that reads mail does."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


@given(subject=st.text(max_size=300))
def test_what_people_typed_comes_back_as_it_was_or_is_refused(subject):
    if any(is_unsafe(sign) for sign in subject):
        with pytest.raises(UnsafeHeader):
            compose(row(subject=subject))
        return
    message = parsed(compose(row(subject=subject)))
    assert message["Subject"] == subject.strip()
    assert set(message.keys()) == HEADERS | MIME
    assert len(message.keys()) == len(HEADERS | MIME)


@given(name=st.text(max_size=120))
def test_the_name_in_the_from_line_is_a_name_and_nothing_else(name):
    assume(not any(is_unsafe(sign) for sign in name))
    name = " ".join(name.split())
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    with override_settings(DEFAULT_FROM_EMAIL=f'"{escaped}" <post@coalition.example>'):
        content = compose(row()).content
    line = re.search(
        rb"(?ms)^From: (.*?)\r\n <post@coalition\.example>\r\n(?=\S)|^From: post@coalition\.example\r\n", content
    )
    phrase = (line[1] or b"").decode().replace("\r\n", "")
    if not phrase.startswith('"'):
        phrase = str(make_header(decode_header(phrase)))  # the parser of email.policy puts spaces between encoded words
    assert phrase in (name, f'"{escaped}"')


@given(text=bodies, html=bodies)
def test_no_body_ends_the_message_or_begins_another(text, html):
    content = compose(row(text=text, html=html)).content
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00|[\x80-\xff]", content)
    assert not re.search(rb"(?m)^(\.|From )", content)
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    message = parsed(compose(row(text=text, html=html)))
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == said(text)
    if html:
        assert message.get_body(("html",)).get_content().replace("\r\n", "\n") == said(html)
    assert len(list(message.walk())) == (3 if html else 1)


@given(name=st.text(min_size=1, max_size=100), content=st.binary(max_size=200))
def test_an_attachment_arrives_under_its_name_to_the_byte(name, content):
    attached = [kinds.Attachment(name, content, "application/pdf")]
    kinds.register(kinds.Kind(CARRIED.name, may_repeat=True, attachments=lambda email: attached))
    email_row = row(text="See the sheet.\n", html="<p>See</p>")
    email_row.kind = CARRIED.name
    if any(is_unsafe(sign) for sign in name):
        with pytest.raises(UnsafeHeader):
            compose(email_row)
        return
    wire = compose(email_row)
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\x00", wire.content)
    [part] = parsed(wire).iter_attachments()
    assert part.get_content() == content
    assert part.get_content_type() == "application/pdf"
    assert "\n" not in (part.get_filename() or "")


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize(
    "place",
    [
        lambda said: row(subject=f"One{said}Bcc: all@office.example"),
        lambda said: row(headers={"List-Unsubscribe": f"<https://x.example/>{said}Bcc: all@office.example"}),
        lambda said: row(headers={f"X-Two{said}Bcc": "all@office.example"}),
        lambda said: Email(kind="tests", payload=row().payload, message_id=f"<1@x.example>{said}"),
    ],
    ids=["subject", "value", "name", "message id"],
)
def test_no_line_break_in_any_guise_stands_in_a_header(broken, place):
    compose(place(""))
    with pytest.raises(UnsafeHeader):
        compose(place(broken))


@pytest.mark.parametrize(
    "name", ["Bcc", "To", "from", "CC", "Subject", "Sender", "Date", "Content-Type", "MIME-Version", "Received"]
)
def test_callers_do_not_say_who_to_whom_or_how(name):
    with pytest.raises(UnsafeHeader):
        compose(row(headers={name: "all@office.example"}))


def test_a_long_header_is_folded_and_a_longer_one_refused():
    addresses = ", ".join(f"<https://unsubscribe.example/{number}/{'a' * 40}>" for number in range(30))
    line = header("List-Unsubscribe", addresses)
    assert max(len(part) for part in line.split("\r\n")[1:]) <= 78
    assert parsed(compose(row(headers={"List-Unsubscribe": addresses})))["List-Unsubscribe"] == addresses
    with pytest.raises(UnsafeHeader):
        header("List-Unsubscribe", f"<https://unsubscribe.example/{'a' * 1000}>")
    with pytest.raises(UnsafeHeader):
        header("Reply-To", "김민지 <a@b.example>")


@pytest.mark.parametrize(
    "subject", ["가" * 300, "a" * 300, "=?utf-8?q?Win?=", "two  spaces", 'quotes " and \\', "emoji 👩‍👩‍👧 family"]
)
def test_subjects_that_others_get_wrong(subject):
    wire = compose(row(subject=subject))
    assert parsed(wire)["Subject"] == subject
    lines = [line for line in wire.content.split(b"\r\n") if b"=?utf-8" in line]
    assert all(len(line) <= 76 for line in lines)


def test_mail_nobody_decided_on_asks_programs_not_to_answer_and_a_letter_does_not():
    automatic, letter = parsed(compose(row())), parsed(compose(row(headers={"Auto-Submitted": "no"})))
    assert (automatic["Auto-Submitted"], automatic["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert (letter["Auto-Submitted"], letter["X-Auto-Response-Suppress"]) == ("no", None)
    assert automatic["Precedence"] is None


def test_failures_are_reported_to_the_bounce_address_or_where_mail_comes_from(settings):
    settings.DEFAULT_FROM_EMAIL = "연대 <post@coalition.example>"
    settings.BOUNCE_ADDRESS = ""
    assert envelope_sender() == "post@coalition.example"
    settings.BOUNCE_ADDRESS = "bounces@mail.coalition.example"
    wire = compose(row())
    assert wire.sender == "bounces@mail.coalition.example"
    [address] = parsed(wire)["From"].addresses
    assert (address.display_name, address.addr_spec) == ("연대", "post@coalition.example")


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("Kim@OFFICE.Example", "Kim@office.example"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example"),
        ("a@faß.example", "a@xn--fa-hia.example"),  # not fass.example, which belongs to somebody else
        ("a@평화.example", "a@xn--of8bo0c.example"),
    ],
)
def test_an_envelope_holds_one_spelling(address, envelope):
    assert envelope_form(address) == envelope


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "@", "a@", "@office.example", "a@b@office.example", "a@office.example@evil.org"),
        *('"a b"@office.example', '"a@evil.org"@office.example', "a@[127.0.0.1]", "<a@office.example>"),
        *("a@office.example.", "a@office", "a@office..example", "a" * 300 + "@x.example"),
        *("@relay.example:a@evil.org", "@relay.example,@two.example:a@evil.org", "a@evil.org,b@office.example"),
        *("Kim <a@office.example>", "a@office.example (Kim)", "a@office.example\r\nRCPT TO:<b@evil.org>"),
        *("a@office.example\x00", "a\x00@office.example", "a b@office.example", "김@office.example"),
        *("a@evil.org\u2024example", "a@evil.org/office.example", "a@evil.org#office.example"),
    ],
)  # fmt: skip
def test_what_servers_may_read_in_two_ways_is_no_address(address):
    with pytest.raises(UnusableAddress):
        compose(row(to=address))


@pytest.mark.parametrize(
    ("allowed", "address", "may"),
    [
        (["office.example"], "a@office.example", True),
        (["office.example"], "a@SUB.Office.EXAMPLE", True),
        (["Office.Example."], "a@office.example", True),
        ([".office.example"], "a@sub.office.example", True),
        (["bücher.example"], "a@xn--bcher-kva.example", True),
        (["xn--bcher-kva.example"], "a@bücher.example", True),
        (["example"], "a@office.example", True),
        (["*"], "a@anywhere.org", True),
        (["office.example"], "a@notoffice.example", False),
        (["office.example"], "a@office.example.evil.org", False),
        (["office.example"], "a@example.org", False),
        (["fass.example"], "a@faß.example", False),
        (["office.example"], "a%evil.org@office.example", False),
        (["office.example"], "evil.org!a@office.example", False),
        ([], "a@office.example", False),
        ([""], "a@office.example", False),
        (["."], "a@office.example", False),
    ],
)
def test_the_list_of_allowed_domains_means_what_it_says(settings, allowed, address, may):
    settings.ALLOWED_MAIL_DOMAINS = allowed
    if may:
        check_allowed(envelope_form(address))
    else:
        with pytest.raises(Unsendable):
            check_allowed(envelope_form(address))


@pytest.mark.django_db
class TestTheDoor:
    """What is refused leaves no row behind; what a name brings along is made harmless."""

    said = {"to": "a@office.example", "text": "x", "key": "k"}

    def test_a_header_that_cannot_be_is_refused_before_a_row_is_written(self, now):
        with pytest.raises(UnsafeHeader):
            write_email("tests", subject="One\nBcc: b@office.example", now=now, **self.said)
        with pytest.raises(UnsafeHeader):
            write_email("tests", subject="One", headers={"Bcc": "b@office.example"}, now=now, **self.said)
        assert not Email.objects.exists()
        write_email("tests", subject="One", headers={"Reply-To": "b@office.example"}, now=now, **self.said)
        assert Email.objects.count() == 1

    def test_a_name_with_a_line_break_is_one_line_of_a_subject(self, now):
        name = "Mothers\r\nBcc: all@office.example\x00\u2028\u202e and sons"
        context = {"organization": name, "home_url": "https://x.example/", "address": "a@b.example", "name": "Kim"}
        queued = queue_email(
            "tests", to="a@office.example", template="statements/email/delegate", context=context, language="en",
            key="k", now=now,
        )  # fmt: skip
        assert queued.subject == "You can now act for Mothers Bcc: all@office.example and sons"
        assert parsed(compose(queued)).get_all("Bcc") is None

    def test_each_recipient_of_other_peoples_mail_gets_a_message_of_their_own(self, settings):
        settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"
        EmailMessage(
            "One", "Two", to=["a@office.example"], cc=["b@office.example"], bcc=["c@office.example"],
            reply_to=["press@coalition.example"],
        ).send()  # fmt: skip
        messages = [parsed(compose(queued)) for queued in Email.objects.order_by("pk")]
        assert [message["To"] for message in messages] == [f"{letter}@office.example" for letter in "abc"]
        assert {(message["Cc"], message["Bcc"], message["Reply-To"]) for message in messages} == {
            (None, None, "press@coalition.example")
        }

    def test_other_peoples_mail_is_refused_where_a_row_cannot_hold_it(self, settings):
        settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"
        fine = EmailMultiAlternatives("One", "Two", to=["a@office.example"])
        fine.attach_alternative("<p>Two</p>", "text/html")
        fine.send()
        for change in (
            {"subject": "One\nBcc: b@office.example"},
            {"headers": {"Bcc": "b@office.example"}},
            {"attachments": [("a.txt", "x", "text/plain")]},
        ):
            with pytest.raises(Unsendable):
                EmailMessage(**{"subject": "One", "body": "Two", "to": ["a@office.example"]} | change).send()
        assert Email.objects.count() == 1
