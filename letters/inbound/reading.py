"""A mail byte by byte becomes words and files. Whatever comes, it is read or refused; nothing in it is obeyed."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from typing import Any

from letters.inbound.words import body_words, decoded, header_words, html_words, one_line

MAX_MAIL = 25_000_000  # bytes
MAX_FILES = 100
# Beyond these no program of people wrote it, and reading it would cost more than it is worth.
MOST_BOUNDARIES, MOST_HEADERS, MOST_MULTIPARTS = 2_000, 20_000, 60
_HEADER_LINE = re.compile(rb"^[!-9;-~]{1,76}:", re.MULTILINE)
_MULTIPART = re.compile(rb"content-type:\s{0,80}multipart/", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,400}>")
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,80}")
_ADDRESS = re.compile(r"[^\s<>@\"',;:()\[\]]{1,64}@[A-Za-z0-9.-]{1,253}")
REPORTS = {"message/delivery-status", "message/disposition-notification"}
ABOUT_ORIGINAL = {"message/rfc822", "message/rfc822-headers", "text/rfc822-headers"}


class NoMail(ValueError):
    """These bytes are no mail, or none that can be read without harm."""


@dataclass(frozen=True)
class Attached:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """What a mail says. `headers` are the outermost, by lower-case name, each a list; `reports` those of its parts
    that are reports for programs (RFC 3464, RFC 8098), each a list of blocks of fields; `original_ids` the
    Message-IDs of the mail that a report is about.
    """

    headers: dict[str, list[str]]
    content_type: str
    message_id: str
    sender: str
    sender_address: str
    subject: str
    text: str
    is_html_only: bool
    is_charset_guessed: bool
    files: list[Attached]
    reports: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    original_ids: list[str] = field(default_factory=list)

    def header(self, name: str) -> str:
        return next(iter(self.headers.get(name, [])), "")

    @property
    def answers(self) -> list[str]:
        """The Message-IDs this mail says it answers, nearest first."""
        return [
            *_MESSAGE_ID.findall(self.header("in-reply-to")[:2000])[:10],
            *reversed(_MESSAGE_ID.findall(self.header("references")[-8000:])[-30:]),
        ]

    @property
    def addressed_to(self) -> list[str]:
        names = ("to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "x-forwarded-to")
        return [value for name in names for value in self.headers.get(name, [])[:20]]

    def identity(self) -> str:
        """The same for every copy of one mail, whichever way it came: Message-ID, sender, subject, words, files."""
        said = [self.message_id, self.header("date"), self.sender_address, self.subject, self.text]
        said += [hashlib.sha256(file.content).hexdigest() for file in self.files]
        return hashlib.sha256("\x00".join(said).encode()).hexdigest()


def read_mail(raw: bytes) -> Mail:
    """Read a mail. Raises NoMail."""
    _check_shape(raw)
    try:
        return _read(message_from_bytes(raw, policy=compat32))
    except (RecursionError, MemoryError) as exc:
        raise NoMail("nested beyond reading") from exc
    except NoMail:
        raise
    except Exception as exc:  # the parser's own errors are many, and none may stop the mails behind this one
        raise NoMail(type(exc).__name__) from exc


def looks_like_mail(raw: bytes) -> bool:
    """Whether these bytes begin as a mail does: with headers, one of which every mail has."""
    head = raw[:100_000].lstrip(b"\xef\xbb\xbf\r\n").lower()
    first = head.partition(b"\n")[0]
    if not (_HEADER_LINE.match(first) or first.startswith(b"from ")):
        return False
    return bool(re.search(rb"^(?:from|date|message-id|received|return-path):", head, re.MULTILINE))


def _check_shape(raw: bytes) -> None:
    if len(raw) > 2 * MAX_MAIL:
        raise NoMail("too large")
    if raw.count(b"\n--") > MOST_BOUNDARIES or len(_MULTIPART.findall(raw)) > MOST_MULTIPARTS:
        raise NoMail("too many parts")
    for number, _line in enumerate(_HEADER_LINE.finditer(raw)):
        if number > MOST_HEADERS:
            raise NoMail("too many headers")


def _read(message: Message) -> Mail:
    headers: dict[str, list[str]] = {}
    for name, value in message.items():
        headers.setdefault(str(name).lower(), []).append(header_words_or_raw(name, value))
    senders = headers.get("from", []) or headers.get("sender", [])
    body = _Body()
    for part in _leaves(message):
        body.take(part)
    text, from_html = body.text()
    return Mail(
        headers=headers,
        content_type=message.get_content_type(),
        message_id=next(iter(_MESSAGE_ID.findall(headers.get("message-id", [""])[0])), ""),
        sender=one_line(senders[0]) if senders else "",
        sender_address=address_in(senders[0]) if senders else "",
        subject=header_words(message.get("Subject", "")),
        text=body_words(text),
        is_html_only=from_html,
        is_charset_guessed=body.is_guessed,
        files=body.files[:MAX_FILES],
        reports=body.reports,
        original_ids=body.original_ids,
    )


def header_words_or_raw(name: str, value: Any) -> str:
    """References may be long and hold nothing to decode; everything else is made words."""
    if str(name).lower() in {"references", "in-reply-to", "to", "cc", "bcc"}:
        return one_line(str(value)[:20_000])
    return header_words(value)


def address_in(line: str) -> str:
    """The first address of a header, in lower case; "" for none."""
    pairs = getaddresses([line[:2000]])
    found = _ADDRESS.search((pairs[0][1] if pairs else "") or line)
    return found.group().lower() if found else ""


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something. A mail inside a mail is one, and is not looked into for words."""
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [piece for piece in inner if isinstance(piece, Message)]
        else:
            yield part


class _Body:
    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.files: list[Attached] = []
        self.reports: dict[str, list[dict[str, str]]] = {}
        self.original_ids: list[str] = []
        self.is_guessed = False

    def take(self, part: Message) -> None:
        kind, name = part.get_content_type(), _filename(part)
        if kind in REPORTS:
            self.reports.setdefault(kind, []).extend(_blocks(part))
        if kind in ABOUT_ORIGINAL:
            self.original_ids += _ids_of_original(part)
        is_shown = not name and (part.get_content_disposition() or "inline") == "inline"
        if kind.startswith("multipart/"):
            kind = "text/plain"  # it has no parts, whatever it says
        if kind in {"text/plain", "text/html"} and is_shown:
            content = part.get_payload(decode=True)
            words, guessed = decoded(content if isinstance(content, bytes) else b"", part.get_content_charset())
            self.is_guessed |= guessed
            (self.html if kind == "text/html" else self.plain).append(words)
        elif len(self.files) < MAX_FILES:
            content = _content(part)
            if content or name:
                self.files.append(Attached(name or _name_for(kind), _clean_type(kind), content))

    def text(self) -> tuple[str, bool]:
        """The words, and whether they come from HTML because there were no others."""
        plain = "\n\n".join(words for words in self.plain if words.strip())
        if plain.strip() or not self.html:
            return plain, False
        return "\n\n".join(html_words(words) for words in self.html[:5]), True


def _content(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):  # a mail inside a mail, or a report
        return b"\r\n".join(piece.as_bytes() for piece in inner if isinstance(piece, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else str(inner or "").encode("utf-8", "replace")


def _filename(part: Message) -> str:
    """The name a file came under, as a name and nothing else: no path, no control, nothing that turns."""
    try:
        name = header_words(part.get_filename() or "")
    except Exception:  # RFC 2231 has more ways to be broken than the library has words for
        name = "?"
    name = re.sub(r"[\\/:*?\"<>|]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    return name if len(name) <= 120 else name[:100] + "…" + name[-16:]


def _name_for(kind: str) -> str:
    return {"message/rfc822": "message.eml", "text/calendar": "invitation.ics"}.get(kind, "attachment")


def _clean_type(kind: str) -> str:
    return kind if _TYPE.fullmatch(kind) and len(kind) <= 80 else "application/octet-stream"


def _blocks(part: Message) -> list[dict[str, str]]:
    """The blocks of fields of a report: the first is about the mail, each other about one recipient."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return _blocks_of(str(inner or ""))
    return [
        {str(name).lower(): one_line(str(value)[:2000]) for name, value in piece.items()}
        for piece in inner[:50]
        if isinstance(piece, Message)
    ]


def _blocks_of(text: str) -> list[dict[str, str]]:
    blocks = []
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")[:50_000])[:50]:
        fields = (line.partition(":") for line in block.split("\n"))
        blocks.append({name.strip().lower(): one_line(value) for name, colon, value in fields if colon})
    return blocks


def _ids_of_original(part: Message) -> list[str]:
    inner = part.get_payload()
    if isinstance(inner, list):
        mails = [piece for piece in inner[:3] if isinstance(piece, Message)]
        return [found for mail in mails for found in _MESSAGE_ID.findall(str(mail.get("Message-ID", "")))[:1]]
    content = part.get_payload(decode=True)
    text = content.decode("ascii", "replace") if isinstance(content, bytes) else str(inner or "")
    for line in text[:100_000].splitlines():
        if line.lower().startswith("message-id:"):
            return _MESSAGE_ID.findall(line)[:1]
    return []
