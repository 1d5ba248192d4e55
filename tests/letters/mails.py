"""Mails as offices, programs and mail servers send them, in bytes."""

from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

OFFICE = "Minister of Northland <minister@northland.example>"
WORDS = "We will raise this with our neighbors."


def plain(
    to: str = "", text: str = WORDS, *, charset: str = "utf-8", subject: str = "Re: Request", **headers: str
) -> bytes:
    message = MIMEText(text, "plain", charset)
    return _headed(message, to, subject, headers)


def html(to: str, markup: str) -> bytes:
    return _headed(MIMEText(markup, "html", "utf-8"), to, "Re: Request", {})


def raw(to: str, headers: str, body: bytes, *, subject: bytes = b"Re: Request") -> bytes:
    """Put together by hand, for what no library would write."""
    head = f"From: {OFFICE}\r\nTo: {to}\r\nMessage-ID: <raw@northland.example>\r\n{headers}"
    return head.encode() + b"Subject: " + subject + b"\r\n\r\n" + body


def with_file(to: str, content: bytes, *, name: str, subtype: str = "pdf", **headers: str) -> bytes:
    message = MIMEMultipart()
    message.attach(MIMEText(WORDS, "plain", "utf-8"))
    part = MIMEApplication(content, subtype)
    part.add_header("Content-Disposition", "attachment", filename=name)
    message.attach(part)
    return _headed(message, to, "Re: Request", headers)


def returned(
    message_id: str, *, action: str = "failed", status: str = "5.1.1", to: str = "bounces@coalition.example"
) -> bytes:
    """A delivery report (RFC 3464) about the mail with this Message-ID."""
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.northland.example>",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Message-ID: <bounce@mx.northland.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I could not deliver your message.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.northland.example",
        "",
        "Final-Recipient: rfc822; minister@northland.example",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; 550 {status} <minister@northland.example> unknown",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "Subject: Request",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


def receipt(to: str) -> bytes:
    message = MIMEMultipart("report")
    message.set_param("report-type", "disposition-notification")
    message.attach(MIMEText("Your message was displayed.", "plain"))
    part = MIMEText("Disposition: manual-action/MDN-sent-manually; displayed\r\n", "plain")
    part.replace_header("Content-Type", "message/disposition-notification")
    message.attach(part)
    return _headed(message, to, "Read: Request", {})


def _headed(message: Any, to: str, subject: str, headers: dict[str, str]) -> bytes:
    said = {
        "From": OFFICE,
        "To": to or "press@coalition.example",
        "Subject": subject,
        "Message-ID": "<1@northland.example>",
    }
    for name, value in (said | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        message[name] = value
    return message.as_bytes()
