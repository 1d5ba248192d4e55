"""The canonical forms of a version: the bytes that its digest is over. Documented in docs/canonical-form.md."""

import hashlib
import unicodedata
from collections.abc import Iterable

from statements.models import Translation

Status = Translation.Status

FORM = 2  # of what is locked from now on; versions locked under form 1 keep it


def canonical_text(reference: str, number: int, translations: Iterable[Translation], form: int = FORM) -> str:
    """Return the canonical form: a head line, then the authoritative text and each official text by language code.

    Unicode NFC, lines end in one LF without trailing blanks, one LF at the very end. Courtesy
    translations are not part of it. `form` is that of the version.
    """
    covered = [row for row in translations if row.status != Status.COURTESY]
    covered.sort(key=lambda row: (row.status != Status.AUTHORITATIVE, row.language))
    parts = [f"outcry text {form}\n{reference} version {number}\n"]
    parts += [_first(row) if form == 1 else _second(row) for row in covered]
    return "".join(parts)


def courtesy_text(reference: str, number: int, row: Translation) -> str:
    """The canonical form of one courtesy translation, which has a digest of its own."""
    return f"outcry courtesy {FORM}\n{reference} version {number}\n{_second(row)}"


def digest_of(text: str) -> str:
    """SHA-256 over the UTF-8 bytes, 64 hexadecimal characters; `sha256sum` of the downloaded file gives the same."""
    return hashlib.sha256(text.encode()).hexdigest()


def _first(row: Translation) -> str:
    return f"\n[{row.language} {row.status}]\n{_lines(row.title)}\n{_lines(row.body)}"


def _second(row: Translation) -> str:
    """Each part says how many lines it has, so that no line of a text can pass for the head of a part."""
    demands = "\n".join(" ".join(words.split()) for words in row.demands)
    parts = {"title": row.title, "dateline": row.dateline, "text": row.body, "demands": demands, "notes": row.notes}
    written = [f"\n[{row.language} {row.status}]\n"]
    for name, words in parts.items():
        lines = _lines(words) if words.strip() else ""
        written.append(f"[{name}: {lines.count(chr(10))}]\n{lines}")
    return "".join(written)


def _lines(text: str) -> str:
    normal = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in normal.strip().split("\n")) + "\n"
