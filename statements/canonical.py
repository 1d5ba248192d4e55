"""The canonical form of a version: the bytes that its digest is over. Documented in docs/canonical-form.md."""

import hashlib
import unicodedata
from collections.abc import Iterable

from statements.models import Translation

Status = Translation.Status


def canonical_text(reference: str, number: int, translations: Iterable[Translation]) -> str:
    """Return the canonical form: a head line, then the authoritative text and each official text by language code.

    Unicode NFC, lines end in one LF without trailing blanks, one LF at the very end. Courtesy
    translations are not part of it.
    """
    covered = [row for row in translations if row.status != Status.COURTESY]
    covered.sort(key=lambda row: (row.status != Status.AUTHORITATIVE, row.language))
    parts = [f"outcry text 1\n{reference} version {number}\n"]
    parts += [f"\n[{row.language} {row.status}]\n{_lines(row.title)}\n{_lines(row.body)}" for row in covered]
    return "".join(parts)


def digest_of(text: str) -> str:
    """SHA-256 over the UTF-8 bytes, 64 hexadecimal characters; `sha256sum` of the downloaded file gives the same."""
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(text: str) -> str:
    normal = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in normal.strip().split("\n")) + "\n"
