"""The one place that puts a message together, so that nothing anybody typed becomes a header or ends the message.

Header lines are written here, by a rule short enough to check: printable ASCII as it is, folded at its own spaces;
anything else as encoded words. Bodies always travel in a transfer encoding unless they are short plain lines. What
comes out is ASCII with CRLF and no other CR, LF or NUL, so that no two servers disagree where it ends.
"""

import base64
import binascii
import re
import secrets
import unicodedata
from collections.abc import Mapping
from email.utils import formatdate, parseaddr
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings

from outbox import kinds
from outbox.exceptions import TooLarge, UnsafeHeader, Unsendable
from outbox.models import Email
from outbox.recipients import envelope_form
from outbox.transport import Wire

LINE = 76  # characters; RFC 2047 limits lines with encoded words to this
LONGEST_WORD = 900  # characters that no space breaks, under the 998 of RFC 5322
ENCODED_BYTES = 39  # in one encoded word: with "Subject: " before it, still one line

# What a caller may add, besides X-…: everything that says who, to whom, when and how is written here.
EXTRA_HEADERS = {
    *("auto-submitted", "in-reply-to", "list-id", "list-unsubscribe", "list-unsubscribe-post", "references"),
    "reply-to",
}
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_UNSAFE_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}  # controls, lone surrogates, and what some parsers take for a line break
_PLAIN_BODY = re.compile(r"(?:(?!\.|From )[\t -~]{1,76}\n|\n)*")
_PLAIN_FILENAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,48}")
_LINE_START = re.compile(rb"(?m)^(?:\.|From )")  # a dot may end a message, "From " may begin one in a mailbox file
_WIRED = bytes([*b"\t\r\n", *range(ord(" "), ord("~") + 1)])


def compose(email: Email) -> Wire:
    """Put one row together: text, HTML, and what its kind attaches.

    Raises UnsafeHeader, UnusableAddress, TooLarge, Unsendable, or whatever rendering a body or attachment raises.
    """
    content = email.payload
    if content is None:
        raise Unsendable  # what it said was forgotten
    recipient = envelope_form(content["to"])
    if not _MESSAGE_ID.fullmatch(email.message_id):
        raise UnsafeHeader
    lines = [
        header("Message-ID", email.message_id),
        header("Date", formatdate()),
        _from_line(settings.DEFAULT_FROM_EMAIL),
        header("To", recipient),
        header("Subject", content["subject"], words=True),
        *(header(name, value) for name, value in _extra(content.get("headers", {})).items()),
    ]
    said = body_of(email)
    attachments = kinds.get(email.kind).attachments
    body = _body(said.text, said.html, attachments(email) if attachments else [])
    wired = "".join([*lines, "MIME-Version: 1.0\r\n"]).encode("ascii") + body
    if wired.translate(None, _WIRED) or not wired.count(b"\r\n") == wired.count(b"\r") == wired.count(b"\n"):
        raise Unsendable
    if len(wired) > settings.MAIL_MAX_BYTES:
        raise TooLarge
    return Wire(message_id=email.message_id, sender=envelope_sender(), recipient=recipient, content=wired)


def body_of(email: Email) -> kinds.Body:
    """What the message says: from its row, or from where its kind keeps the words. Raises Unsendable."""
    content, write = email.payload, kinds.get(email.kind).body
    if content is None:
        raise Unsendable
    return write(email) if write else kinds.Body(content["text"], content.get("html", ""))


def envelope_sender() -> str:
    """Where failures are reported to: BOUNCE_ADDRESS, or the address that mail comes from."""
    return _own_address(settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=16)
def _own_address(mailbox: str) -> str:
    """The same for every message; those of other people are kept nowhere."""
    return envelope_form(parseaddr(mailbox)[1])


def check_headers(subject: str, headers: Mapping[str, str]) -> None:
    """Raise UnsafeHeader for what `compose` would refuse, while the caller can still do something about it."""
    header("Subject", subject, words=True)
    for name, value in headers.items():
        if name.lower() not in EXTRA_HEADERS and not name.lower().startswith("x-"):
            raise UnsafeHeader(f"{name[:60]!r} is not for callers to set.")
        header(name, value)


def header(name: str, value: str, *, words: bool = False) -> str:
    """Return a header as it goes over the wire, folded, with its CRLF.

    With `words` the value is text for people and may hold anything printable; without, it must be printable ASCII.
    Raises UnsafeHeader for a line break, NUL, or other control character, in any of its Unicode guises.
    """
    safe = value.isascii() and value.isprintable()  # what most are, told without looking at each character
    if not _HEADER_NAME.fullmatch(name) or not (safe or not any(is_unsafe(sign) for sign in value)):
        raise UnsafeHeader
    value = value.strip()
    if words and not _is_plain(value):
        return f"{name}: {_encoded(value)}\r\n"
    if not value.isascii() or any(len(word) > LONGEST_WORD for word in value.split(" ")):
        raise UnsafeHeader
    return _folded(f"{name}: {value}") + "\r\n"


def is_unsafe(sign: str) -> bool:
    """Whether no header may hold this character."""
    return unicodedata.category(sign) in _UNSAFE_CATEGORIES


def _extra(headers: Mapping[str, str]) -> dict[str, str]:
    """The caller's headers; mail that no person decided on also asks programs not to answer (RFC 3834).

    No `Precedence`: nothing here is bulk, and filters treat what says so as if it were.
    """
    check_headers("", headers)
    given = {"Auto-Submitted": "auto-generated", **headers}
    if given["Auto-Submitted"] != "no":
        given.setdefault("X-Auto-Response-Suppress", "All")
    return given


@lru_cache(maxsize=16)
def _from_line(mailbox: str) -> str:
    name, address = parseaddr(mailbox)[0], _own_address(mailbox)
    header("From", name, words=True)  # refuses what may not stand there
    if not name:
        return header("From", address)
    quoted = '"{}"'.format(re.sub(r'(["\\])', r"\\\1", name))
    phrase = quoted if _is_plain(name) and len(name) < LINE - 10 else _encoded(name)
    return f"From: {phrase}\r\n <{address}>\r\n"


def _is_plain(value: str) -> bool:
    """Whether a value says the same with nothing encoded: ASCII, single spaces, no long or misleading word."""
    words = value.split(" ")
    return value.isascii() and "=?" not in value and all(0 < len(word) < LINE - 20 for word in words if value)


def _encoded(value: str) -> str:
    """The value as encoded words (RFC 2047, B), each of whole characters and on a line of its own."""
    chunks, size = [""], 0
    for sign in value:
        added = len(sign.encode())
        if size + added > ENCODED_BYTES:
            chunks.append("")
            size = 0
        chunks[-1] += sign
        size += added
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(chunk.encode()).decode()}?=" for chunk in chunks)


def _folded(line: str) -> str:
    """The line broken before spaces, so that taking the CRLFs out again gives the same line."""
    out: list[str] = []
    length = 0
    for word in re.findall(r" *[^ ]+", line):
        if out and length + len(word) > LINE and not out[-1].endswith(":"):
            out.append("\r\n")
            length = 0
        out.append(word)
        length += len(word)
    return "".join(out)


def _body(text: str, html: str, attached: list[kinds.Attachment]) -> bytes:
    """The body with the headers that say how it is made: one part, or parts of parts."""
    body = _text("plain", text)
    if html:
        body = _multipart("alternative", [body, _text("html", html)])
    if attached:
        body = _multipart("mixed", [body, *(_attached(attachment) for attachment in attached)])
    return body


def _text(subtype: str, text: str) -> bytes:
    """A text part with line ends made equal; a form feed, or a dot at the start of a line, is encoded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text if text.endswith("\n") else text + "\n"
    plain, content = _PLAIN_BODY.fullmatch(text), text.encode()
    if plain:
        encoding, wired = "7bit", content
    else:
        encoding, wired = "quoted-printable", binascii.b2a_qp(content)
        if len(content) > 1.2 * len(text) or _LINE_START.search(wired):
            encoding, wired = "base64", base64.encodebytes(content.replace(b"\n", b"\r\n"))
    return _part(f'text/{subtype}; charset="utf-8"', encoding, wired)


def _attached(attachment: kinds.Attachment) -> bytes:
    name = _filename(attachment.filename)
    return _part(attachment.mimetype, "base64", base64.encodebytes(attachment.content), f"attachment;{name}")


def _part(content_type: str, encoding: str, wired: bytes, disposition: str = "") -> bytes:
    lines = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}"]
    if disposition:
        lines.append(f"Content-Disposition: {disposition}")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + wired.replace(b"\n", b"\r\n")


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    boundary = f"=_{secrets.token_hex(16)}"  # which no encoding of a part can hold
    lines = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return (
        f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode()
        + lines
        + (f"--{boundary}--\r\n".encode())
    )


def _filename(name: str) -> str:
    """The parameter of a file's name, in pieces of RFC 2231 unless it is short and plain."""
    header("X-Filename", name, words=True)  # refuses what may not stand there
    if _PLAIN_FILENAME.fullmatch(name):
        return f' filename="{name}"'
    pieces = [""]
    for sign in name:
        quoted = quote(sign, safe="")
        if len(pieces[-1]) + len(quoted) > LINE - 24:
            pieces.append("")
        pieces[-1] += quoted
    pieces[0] = f"utf-8''{pieces[0]}"
    return ";".join(f"\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))
