"""What staff take along with a letter: fields for a form, an envelope, a cover for the fax, a receipt, a briefing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from letters.addressing import envelope
from letters.copies import Copy
from letters.languages import locale_of
from letters.models import Letter
from letters.models.recipient import Channel
from letters.rendering import page_count, page_pdf, plain_text
from letters.rendering.pdf import TEMPLATES
from letters.sheets import copy_pdf, demonstration_notice

NOTE_LINES = 4  # to write on by hand
_ASK = re.compile(r"^\d{1,2}[.)] .+$", re.MULTILINE)  # letters number what they ask for


@dataclass(frozen=True)
class PackField:
    """One field of a web form, ready to be copied."""

    key: str
    label: str
    text: str

    @property
    def characters(self) -> int:
        """As forms count them: a line end is one."""
        return len(self.text)

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def rows(self) -> int:
        """Lines that a box of some 80 characters needs, within reason."""
        return min(24, sum(len(line) // 80 + 1 for line in self.text.split("\n")))


def form_fields(letter: Letter) -> list[PackField]:
    """What web forms ask for, each by itself, and the whole letter last."""
    copy = letter.copy
    names = "\n".join(row["name"] for row in copy["signatories"])
    body, whole = plain_text(copy["body"]), whole_text(letter)
    found = [
        ("subject", _("Subject"), copy["subject"]),
        ("sender", _("Name of the sender"), copy["contact_name"]),
        ("organization", _("Organization"), copy["coalition"]),
        ("email", _("E-mail address of the sender"), copy["contact_address"]),
        ("address", _("Postal address of the sender"), "\n".join(copy["postal_lines"])),
        ("reference", _("Our reference"), copy["reference"]),
        ("link", _("Public page"), copy["statement_url"]),
        ("message", _("Message, with salutation and closing"), _framed(copy, body)),
        ("body", _("Message without them"), body),
        ("signatories", _("Signatories"), names),
        ("whole", _("Everything in one piece"), whole),
    ]
    return [PackField(key, label, text) for key, label, text in found if text]


def whole_text(letter: Letter) -> str:
    """The letter as plain text."""
    copy = letter.copy
    names = [f"{row['name']}{', ' + row['note'] if row['note'] else ''}" for row in copy["signatories"]]
    foot = [copy["statement_url"], f"SHA-256 {copy['text_digest']}", copy["reference"]]
    sender = [copy["contact_name"], copy["coalition"], copy["contact_address"]]
    parts = [copy["subject"], _framed(copy, plain_text(copy["body"])), "\n".join(sender)]
    parts += ["\n".join([copy["signatories_heading"], *names])] if names else []
    parts += ["\n".join(foot)]
    if notice := demonstration_notice(letter.language):
        parts.insert(0, notice)
    return "\n\n".join(parts)


def pack_text(letter: Letter) -> str:
    """The whole pack as a file: every field under its label with its length."""
    pieces = []
    for field in form_fields(letter):
        length = ngettext("%d character", "%d characters", field.characters) % field.characters
        pieces.append(f"== {field.label} ({length}) ==\n\n{field.text}")
    link = letter.recipient.form_url
    head = [str(letter.recipient), *([link] if link else [])]
    return "\n".join(head) + "\n\n" + "\n\n\n".join(pieces) + "\n"


def letter_pdf(letter: Letter) -> bytes:
    """The letter to print. One that was approved for another channel bears the postal address of today."""
    return copy_pdf(letter.copy | {"envelope": address_lines(letter)}, letter.release)


def address_lines(letter: Letter) -> list[str]:
    """What stands in the window: as approved, or as the office is known today for a letter that changed its channel."""
    if letter.channel == letter.copy["channel"]:
        lines: list[str] = letter.copy["envelope"]
        return lines
    forms = [form for form in letter.recipient.forms_of_address.all() if form.language == letter.language]
    if not forms:
        return list(letter.copy["envelope"])
    return envelope(letter.recipient, forms[0], on=timezone.localdate())


def envelope_pdf(letter: Letter) -> bytes:
    """An envelope to print on, for those who have none with a window."""
    copy = letter.copy
    sheet = _sheet(letter, copy["reference"]) | {
        "sender": list(dict.fromkeys([copy["coalition"], *copy["postal_lines"]])),
        "address": address_lines(letter),
    }
    return page_pdf(_source("envelope.typ"), sheet)


def fax_pdf(letter: Letter) -> bytes:
    """The first page of a fax: to whom, from whom, and how many pages follow."""
    copy = letter.copy
    with translation.override(locale_of(letter.language)):
        pages = page_count(letter_pdf(letter))
        rows = [
            (_("To"), address_lines(letter)),
            (_("Fax number"), [letter.recipient.fax_number or "—"]),
            (_("From"), list(dict.fromkeys([copy["coalition"], *copy["postal_lines"], copy["contact_address"]]))),
            (_("Date"), [copy["date"]]),
            (_("Subject"), [copy["subject"]]),
            (_("Our reference"), [copy["reference"]]),
            (_("Pages, this one included"), [str(pages + 1)]),
        ]
        body = _("If a page is missing or cannot be read, please tell us: %(address)s.")
        return _carried(letter, _("Fax"), rows, body % {"address": copy["contact_address"]})


def receipt_pdf(letter: Letter) -> bytes:
    """A receipt that whoever takes the letter signs."""
    copy = letter.copy
    with translation.override(locale_of(letter.language)):
        rows = [
            (_("To"), address_lines(letter)),
            (_("From"), [copy["coalition"]]),
            (_("Letter"), [copy["subject"]]),
            (_("Our reference"), [copy["reference"]]),
            (_("Date of the letter"), [copy["date"]]),
        ]
        blanks = [
            _("Received on (date and time)"),
            _("Name and function"),
            _("Signature or stamp of the office"),
            _("Handed over by"),
        ]
        return _carried(letter, _("Receipt"), rows, _("We have received the letter named above."), blanks=blanks)


def briefing_pdf(letter: Letter) -> bytes:
    """What those who meet the office hold in their hands, in the language of whoever prints it."""
    copy, recipient = letter.copy, letter.recipient
    holder = recipient.holder_on(timezone.localdate())
    as_of = _("known on %s") % date_format(holder.known_on, "DATE_FORMAT") if holder else ""
    rows = [
        (_("Whom we meet"), [recipient.local_name, *([f"{holder.name} ({as_of})"] if holder else [])]),
        (_("Why this office"), [str(recipient.get_role_display())]),
        (_("What we ask"), [copy["subject"]]),
        (_("On behalf of"), [copy["coalition"], _signed_by(copy)]),
        (_("Answer asked for by"), [date_format(letter.release.reply_by, "DATE_FORMAT")]),
        (_("The text in public"), [copy["statement_url"]]),
    ]
    if recipient.is_hostile:
        rows.insert(2, (_("Beware"), [_("This office is marked hostile: name no supporter, no source, no family.")]))
    lists = [
        {"heading": _("Earlier letters to this office"), "items": _earlier(letter), "empty": 0},
        {"heading": _("Who was there, when and where"), "items": [], "empty": 2},
        {"heading": _("What they said, what they promised"), "items": [], "empty": NOTE_LINES},
        {"heading": _("What we promised"), "items": [], "empty": 2},
    ]
    after = _("Leave the letter with them, and ask for a signed receipt. Then record the delivery at the desk.")
    body = "\n\n".join(["\n".join(_ASK.findall(copy["body"])), after])
    language = translation.get_language() or settings.LANGUAGE_CODE
    return _carried(letter, _("Briefing for a meeting"), rows, body, lists=lists, language=language)


SHEETS: dict[str, Callable[[Letter], bytes]] = {
    "letter": letter_pdf,
    "envelope": envelope_pdf,
    "fax": fax_pdf,
    "receipt": receipt_pdf,
    "briefing": briefing_pdf,
}


def sheets_for(letter: Letter) -> list[tuple[str, str]]:
    """(name in SHEETS, what it is) of all that is printed for this channel, the first to print first."""
    paper = ("letter", _("The letter, ready to print"))
    more = {
        Channel.POST: [("envelope", _("An envelope (DL), where none has a window"))],
        Channel.FAX: [("fax", _("Cover sheet of the fax"))],
        Channel.HAND: [("receipt", _("Receipt to be signed"))],
        Channel.MEETING: [("briefing", _("Briefing")), ("receipt", _("Receipt to be signed"))],
    }
    return [paper, *more.get(Channel(letter.channel), [])]


def _framed(copy: Copy, body: str) -> str:
    return f"{copy['salutation']}\n\n{body}\n\n{copy['closing']}\n{copy['contact_name']}"


def _signed_by(copy: Copy) -> str:
    count = len(copy["signatories"])
    return ngettext("%d signatory", "%d signatories", count) % count


def _earlier(letter: Letter) -> list[str]:
    """Letters that left before, with what came back, as the ledger has them."""
    found = []
    others = Letter.objects.sent().filter(recipient=letter.recipient).exclude(pk=letter.pk)
    for other in others.select_related("release").prefetch_related("replies").newest_first()[:10]:
        left = date_format(timezone.localtime(other.left_at), "DATE_FORMAT")  # type: ignore[attr-defined]
        replies = list(other.replies.all())
        said = str(replies[-1].get_kind_display()) if replies else _("no answer")
        found.append(f"{left}: {other.release.title} ({said})")
    return found or [_("None.")]


def _carried(
    letter: Letter,
    title: str,
    rows: list[tuple[str, list[str]]],
    body: str,
    *,
    blanks: list[str] | None = None,
    lists: list[dict[str, Any]] | None = None,
    language: str = "",
) -> bytes:
    sheet = _sheet(letter, title, language)
    return page_pdf(
        _source("carried.typ"), sheet | {"rows": rows, "body": body, "blanks": blanks or [], "lists": lists or []}
    )


def _sheet(letter: Letter, title: str, language: str = "") -> dict[str, Any]:
    language = language or letter.language
    return {
        "language": language,
        "dated_at": datetime.combine(letter.release.dated_on, time(), tzinfo=UTC),
        "title": title,
        "author": letter.copy["coalition"],
        "body": "",
        "foot": [letter.copy["reference"]],
        "notice": demonstration_notice(language),
    }


@cache
def _source(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()
