"""Letters and exact texts as tagged PDF/UA and PDF/A, set by typst.

Every string reaches typst as JSON and is shown as text: no value is ever markup or code. Fonts
come from locked packages and from typst itself, the machine's are ignored, and the clock comes
in as `dated_at`, so the same sheet is the same bytes everywhere.
"""

import json
import math
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import pylopdf_fonts_ko
import pylopdf_fonts_zh_cn
import typst

from letters.rendering.tree import document_tree, footnotes, printable
from letters.rendering.typesetting import HANGUL, glued, outlined, with_apostrophes

TEMPLATES = Path(__file__).parent / "typst"
FOOT_COLUMNS, NOTICE_COLUMNS = 105, 100  # characters of a line there, few enough for wide ones
REPLACEMENT = "\ufffd"
NOTE_MOVED = "note moved"  # what _shared.typ says then

_KNOWN: set[str] = set()  # characters that are known to have a shape

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?")
_DIGEST = re.compile(r"\b([0-9a-f]{16,})\b")
_PAGE_COUNT = re.compile(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)")
_LONG_WORD = re.compile(r"[^\s/?&=.-]{30}")  # nothing in it to break a line at


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """A name as it is printed under a text, and a smaller line under it."""

    name: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LetterSheet:
    """All that stands on a letter. Strings are printed as they are, but body is Markdown."""

    language: str  # "en", "ko", "zh-hans", "pt-br"
    dated_at: datetime  # goes into the file's own data; aware
    sender_name: str
    sender_lines: Sequence[str] = ()
    date: str
    reference: str = ""
    envelope_lines: Sequence[str]
    subject: str
    salutation: str
    body: str
    closing: str
    signer_name: str = ""
    signer_lines: Sequence[str] = ()
    signatories_heading: str = ""
    signatories: Sequence[Signatory] = ()
    footer_lines: Sequence[str] = ()
    notice: str | None = None


@dataclass(frozen=True, kw_only=True)
class TextSheet:
    """The exact text of a statement, and the receipt of whoever signed it. Body is Markdown."""

    language: str
    dated_at: datetime
    publisher: str
    kind_label: str
    title: str
    dateline: str = ""
    meta: Sequence[tuple[str, str]] = ()  # (label, value)
    body: str
    signatories_heading: str = ""
    signatories: Sequence[Signatory] = ()
    further_signatories: Sequence[tuple[str, Sequence[Signatory]]] = ()  # (heading, names)
    signatories_notes: Sequence[str] = ()
    digest: str
    receipt_heading: str = ""
    receipt: Sequence[tuple[str, str]] | None = None
    notice: str | None = None


def letter_pdf(letter: LetterSheet) -> bytes:
    """Return the letter as a PDF. Characters that no font here has are printed as U+FFFD."""
    data = _fields(letter) | {
        "title": letter.subject,
        "author": letter.sender_name,
        "foot": [_parts(line) for line in letter.footer_lines],
        "exact": False,
    }
    return _render("letter.typ", data)


def text_pdf(sheet: TextSheet) -> bytes:
    """Return the text as a PDF. Characters that no font here has are printed as U+FFFD."""
    data = _fields(sheet) | {
        "author": sheet.publisher,
        "foot": [_parts(sheet.digest)],
        "meta": _rows(sheet.meta),
        "receipt": sheet.receipt and _rows(sheet.receipt),
        "further_signatories": [
            {"heading": heading, "names": [vars(signatory) for signatory in names]}
            for heading, names in sheet.further_signatories
        ],
        "exact": True,
    }
    return _render("text.typ", data)


def page_pdf(source: bytes, sheet: dict[str, Any]) -> bytes:
    """Return a sheet that another room lays out: `source` is typst and imports "/_shared.typ".

    `sheet` holds what that file takes (language, dated_at, title, author, body, foot, notice) and what the source does.
    """
    data: dict[str, Any] = {"signatories": (), "signatories_heading": "", "exact": False} | sheet
    return _render(source, data | {"foot": [_parts(line) for line in data["foot"]]})


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has: its tree of pages says so in clear."""
    return max((int(found) for found in _PAGE_COUNT.findall(pdf)), default=1)


def picture(source: bytes, sheet: dict[str, Any], *, ppi: float) -> bytes:
    """Return the one page that `source` lays out as PNG; every string of the sheet is shown as text."""
    return _compile(source, 0, _translated({"foot": ()} | sheet, {}), ppi=ppi)


def unprintable(text: str) -> set[str]:
    """Return the characters of a text that no font here has a shape for, such as emoji.

    For whoever accepts a text or a name: better to say so then than to print U+FFFD later.
    """
    if text.isascii():
        return set()
    unusual = {character for character in set(printable(text)) - _KNOWN if not character.isascii()}
    if not unusual:
        return set()
    if _displays("".join(sorted(unusual))):
        _KNOWN.update(unusual)  # thousands of letters are asked about one after the other
        return set()
    return {character for character in unusual if not _displays(character)}


def _fields(sheet: LetterSheet | TextSheet) -> dict[str, Any]:
    return vars(sheet) | {"signatories": [vars(signatory) for signatory in sheet.signatories]}


def _render(template: str | bytes, data: dict) -> bytes:
    if data["dated_at"].tzinfo is None:
        raise ValueError("dated_at must be aware: the time in a PDF is an instant.")
    timestamp = int(data.pop("dated_at").timestamp())
    sheet = _prepared(data)
    try:
        return _typeset(template, timestamp, sheet)
    except typst.TypstError:
        # PDF/A refuses a character without a shape. To find those takes a compilation each, so
        # only a sheet that failed pays for it; each answer is kept.
        shapeless = unprintable("".join(_strings(sheet)))
        if not shapeless:
            raise
        table = str.maketrans(dict.fromkeys(shapeless, REPLACEMENT))
        return _typeset(template, timestamp, _translated(sheet, table))


def _typeset(template: str | bytes, timestamp: int, sheet: dict) -> bytes:
    """Return the sheet set in the best way in which every note stands on the page of its reference.

    Notes at the foot of pages; so without care for lone lines; else notes after the text.
    """
    source = template if isinstance(template, bytes) else TEMPLATES / template
    for notes in ("foot", "loose"):
        try:
            return _compile(source, timestamp, sheet | {"notes": notes})
        except typst.TypstError as error:
            if NOTE_MOVED not in error.message:
                raise
    return _compile(source, timestamp, sheet | {"notes": "end"})


def _prepared(data: dict) -> dict:
    """Return the data as the templates take it, with what they must know about its words."""
    language = _LANGUAGE.fullmatch(data.pop("language"))
    if language is None:
        raise ValueError("Not a language code, such as ko or pt-br.")
    data = _translated(data | {"body": outlined(document_tree(data["body"]))}, {})
    text = "\n".join(_strings(data))
    hangul = bool(HANGUL.search(text))
    if not data.pop("exact"):
        data = with_apostrophes(data)
    body = glued(data["body"]) if hangul else data["body"]
    end_notes = [first for first, _count in footnotes(body)]
    return data | {
        "body": body,
        "foot_lines": _lines_in_the_foot(data["foot"], data["notice"]),
        "note_count": len(end_notes),
        "end_notes": end_notes,
        "lang": language[1],
        "region": language[2] and language[2].upper(),
        "hangul": hangul,
        "long_words": bool(_LONG_WORD.search(_DIGEST.sub("", text))),  # a digest fits as it is
    }


def _parts(line: str) -> list[tuple[str, bool]]:
    """Return the parts of a line as (words, is a digest)."""
    return [(part, index % 2 == 1) for index, part in enumerate(_DIGEST.split(line)) if part]


def _rows(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, list[tuple[str, bool]]]]:
    return [(label, _parts(value)) for label, value in pairs]


def _lines_in_the_foot(foot: list[list], notice: str | None) -> int:
    """Reckon how many lines the foot of a page takes; East Asian characters count as two."""
    columns = [(FOOT_COLUMNS, "".join(words for words, _digest in line)) for line in foot]
    columns += [(NOTICE_COLUMNS, notice)] if notice else []
    return sum(
        math.ceil(sum(2 if ord(character) > 0x10FF else 1 for character in line) / width) or 1
        for width, line in columns
    )


def _translated(value: Any, table: dict) -> Any:
    """Return the same data, its strings translated by the table and fit for every output."""
    if isinstance(value, str):
        return printable(value).translate(table) if table else printable(value)
    if isinstance(value, dict):
        return {key: _translated(item, table) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_translated(item, table) for item in value]
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


# One compiler for the process: it holds the fonts (some 40 MB once read), and compiling is work
# for the processor, so a second one would only take memory. A compiler in use cannot be borrowed
# by another thread ("Already borrowed"), hence the lock; typst leaves Python's own lock free
# meanwhile. Made at the first use, never at import: in a process forked after that it would wait
# for ever for threads that only its parent has.
_LOCK = threading.Lock()


@cache
def _compiler() -> typst.Compiler:
    fonts = [
        fontpkg_noto_sans.ROOT / "files",
        fontpkg_noto_sans_arabic.ROOT / "files",
        pylopdf_fonts_ko.serif_path().parent,
        pylopdf_fonts_zh_cn.serif_path().parent,
    ]
    return typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def _compile(source: Path | bytes, timestamp: int, sheet: dict | str, *, ppi: float = 0) -> bytes:
    """A PDF under the strict standards, or a PNG of `ppi` pixels an inch."""
    how: dict[str, Any] = {"format": "png", "ppi": ppi} if ppi else {"format": "pdf", "pdf_standards": ["ua-1", "a-2a"]}
    with _LOCK:
        written = _compiler().compile(
            input=source,
            sys_inputs={"sheet": json.dumps(sheet, ensure_ascii=False)},
            timestamp=timestamp,
            **how,
        )
    assert isinstance(written, bytes)  # a list is what several pictures give
    return written


@cache
def _displays(text: str) -> bool:
    """Say whether typst sets all these characters under the strict standards."""
    try:
        _compile(TEMPLATES / "probe.typ", 0, text)
    except typst.TypstError:
        return False
    return True
