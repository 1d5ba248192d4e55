"""What came back by mail to letters at fictional offices, taken in and worked through as staff do it."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from django.conf import settings

from demo.files import Record
from demo.loading.mail import settled_mail
from demo.loading.people import Staff
from demo.loading.timeline import Timeline
from letters import services
from letters.models import InboundMail, Letter, Release, Reply
from letters.reply_addresses import reply_address

PROVIDER = "demonstration"
SPANS = [7, 14, 30, 60, 90]  # days; the letters of the demonstration left eight days ago
RETURNED = """\
From: Mail Delivery System <mailer-daemon@{host}>
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: {number}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_demo"

--=_demo
Content-Type: text/plain; charset=utf-8

The mailbox does not exist. (Demonstration)

--=_demo
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{host}

Final-Recipient: rfc822; office
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 mailbox unknown (demonstration)

--=_demo
Content-Type: text/rfc822-headers

Message-ID: {original}

--=_demo--
"""
STRANGER = {
    "to": "registry@lakes-league.example",
    "subject": "Your correspondence of this month (demo)",
    "text": "We have received a letter of yours, of which we cannot find the reference. Please tell us to which office "
    "it was sent. (Demonstration: this registry does not exist.)",
}


def answer_by_mail(letter: Letter, record: Record, kind: Reply.Kind, at: datetime, staff: Staff) -> Reply:
    """An answer that came to the letter's own address: recorded, and published as the data say."""
    reply_data, words = record["demo_reply"], record["demo_mail"]
    mail = _take(_answer(letter, words, at, automatic=kind == Reply.Kind.AUTOMATIC), at)
    summaries = {"en": reply_data["summary_en"], "ko": reply_data["summary_ko"]}
    moment = at + timedelta(hours=2)
    reply = services.record_mail(mail.pk, kind=kind, summaries=summaries, by=staff.editor, now=moment)
    whole = bool(words.get("publish"))
    return services.publish_reply(
        reply.pk,
        visibility=Reply.Visibility.FULL if whole else Reply.Visibility.SUMMARY,
        summaries=summaries,
        public_text=reply.text if whole else "",
        public_language="en" if whole else "",
        by=staff.editor,
        now=moment,
    )


def come_back(letter: Letter, at: datetime) -> None:
    """The mail server of the office took the letter, and returned it later."""
    _take(_returned(letter, at), at)


def load_what_waits(release: Release, staff: Staff, timeline: Timeline) -> None:
    """An automatic answer that nobody has recorded, a mail that fits no letter, and letters that have been silent."""
    silent = Letter.objects.select_related("email").get(release=release, recipient__slug="demo-halvern-mfa")
    away = {
        "subject": "Automatic reply: out of office (demo)",
        "text": "The desk is not staffed this week. Your message is not forwarded. (Demonstration)",
    }
    _take(_answer(silent, away, timeline.ago(8, 12), automatic=True), timeline.ago(8, 12))
    _take(_mail(STRANGER["to"], _public_address(), STRANGER, timeline.ago(3, 9, 40)), timeline.ago(3, 9, 40))
    services.set_follow_up_days(release.pk, days=SPANS, by=staff.editor, now=timeline.ago(8, 10, 30))
    with settled_mail():
        services.open_follow_ups(now=timeline.now)


def _take(message: EmailMessage | bytes, at: datetime) -> InboundMail:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    mail, _is_new = services.take_in(raw, provider=PROVIDER, now=at)
    return mail


def _answer(letter: Letter, words: Record, at: datetime, *, automatic: bool) -> EmailMessage:
    message = _mail(letter.copy["to"], reply_address(letter) or _public_address(), words, at)
    if letter.email:
        message["In-Reply-To"] = letter.email.message_id
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
    if words.get("annex"):
        message.add_attachment(words["annex"], filename="annex (demo).txt")
    return message


def _mail(sender: str, to: str, words: Record, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, words["subject"]
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(words["text"])
    return message


def _returned(letter: Letter, at: datetime) -> bytes:
    """A delivery report (RFC 3464), as mail servers write it."""
    host = letter.copy["to"].rpartition("@")[2]
    assert letter.email is not None  # a letter by mail
    said = {
        "host": host,
        "to": _public_address(),
        "date": format_datetime(at),
        "number": make_msgid(domain=host),
        "original": letter.email.message_id,
    }
    return RETURNED.format(**said).replace("\n", "\r\n").encode()


def _public_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
