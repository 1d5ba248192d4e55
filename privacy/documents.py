"""Files from outside that are kept as proofs: pictures drawn anew, PDFs without anything that acts."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from privacy.images import ImageRefused, clean_image

MAX_BYTES = 10_000_000
PDF, PICTURES = b"%PDF-", (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
MAX_UNPACKED = 300_000_000  # bytes of all that is packed in a PDF: a few coloured pages
PIECE = 1_000_000

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Names by which a PDF runs, opens, sends or carries something. What a scanner writes has none of them.
_ACTS = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|Rendition|Sound|Movie)(?![A-Za-z])"
)
_ACTS_OUTSIDE = re.compile(rb"/(?:JS|XFA|AA)(?![A-Za-z0-9])")  # so short that packed data may hold them by chance
_ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])")
_PACKED_OTHERWISE = re.compile(rb"/(?:LZWDecode|ASCIIHexDecode|ASCII85Decode|Crypt)(?![A-Za-z])")
_STREAM = re.compile(rb">>\s*stream\r?\n(.*?)endstream", re.DOTALL)
_LONGEST_NAME = 32


class DocumentRefused(Exception):
    """This file is not kept; the message says what to send instead."""


@dataclass(frozen=True)
class CleanDocument:
    data: bytes
    content_type: str  # application/pdf, image/jpeg or image/png


def clean_document(data: bytes) -> CleanDocument:
    """Return a JPEG or PNG drawn anew without metadata, or a PDF as it came. Raises DocumentRefused.

    What a file is, its content tells, never its name. A PDF that is encrypted, holds scripts or files, or is packed
    so that this cannot be told, is refused; what it says of its author stays in it.
    """
    if not data:
        raise DocumentRefused(_("This file is empty."))
    if len(data) > MAX_BYTES:
        raise DocumentRefused(_("This file is too large: send one of at most 10 MB."))
    if data.startswith(PDF):
        check_pdf(data)
        return CleanDocument(data, "application/pdf")
    if not data.startswith(PICTURES):
        raise DocumentRefused(_("Send a PDF, a JPEG or a PNG file. What a file is called does not matter."))
    try:
        picture = clean_image(data, max_bytes=MAX_BYTES)
    except ImageRefused as exc:
        raise DocumentRefused(str(exc)) from exc
    return CleanDocument(picture.data, picture.content_type)


def check_pdf(data: bytes) -> None:
    """Raise DocumentRefused for a PDF that is cut off, encrypted, or holds what could act."""
    if b"%%EOF" not in data[-2_048:] or b"startxref" not in data:
        raise DocumentRefused(_("This PDF is not complete. Please save or scan it once more."))
    plain = _unescaped(data)
    outside = _STREAM.sub(b">> ", plain)
    if _ENCRYPTED.search(outside) or _ENCRYPTED.search(plain):
        raise DocumentRefused(_("This PDF is encrypted. Please send one that opens without a password."))
    if _PACKED_OTHERWISE.search(outside):
        raise DocumentRefused(
            _("This PDF is packed in a way that cannot be checked. Print it into a new PDF, or send a picture.")
        )
    acts = _ACTS_OUTSIDE.search(outside) or _ACTS.search(plain)
    if acts or any(_ACTS.search(piece) for piece in _unpacked(data)):
        raise DocumentRefused(
            _("This PDF holds a script, a form or another file. Print it into a new PDF, or send a picture.")
        )


def _unescaped(data: bytes) -> bytes:
    """With every character of a name as itself: /Java#53cript is /JavaScript."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What every packed stream holds, piece by piece, each piece with the end of the one before."""
    total = 0
    for stream in _STREAM.finditer(data):
        unpacker, packed, before = zlib.decompressobj(), stream[1], b""
        while packed:
            try:
                piece = unpacker.decompress(packed, PIECE)
            except zlib.error:
                break  # a picture, a font, or what no reader opens either
            total += len(piece)
            if total > MAX_UNPACKED:
                raise DocumentRefused(
                    _("This PDF is too large when unpacked. Scan it in grey or at a lower resolution.")
                )
            yield _unescaped(before + piece)
            before, packed = piece[-_LONGEST_NAME:], unpacker.unconsumed_tail
            if not piece:
                break
