"""Files from outside that are kept as proofs: pictures drawn anew, PDFs written anew without anything that acts."""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from privacy.images import ImageRefused, clean_image, without_metadata

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
_STREAM_BEGINS = re.compile(rb">>\s{0,100}stream\r?\n")
_STREAM_ENDS = b"endstream"
_LONGEST_NAME = 32
_DEPTH = 100  # of what is written inside each other

# The same as keys, or as what an action does or a thing is, once the file has been read as a PDF.
_ACTING = {
    *("/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/SubmitForm", "/ImportData"),
    *("/GoToE", "/Rendition", "/Sound", "/Movie", "/XFA", "/AA"),
}

# What a PDF says of how, when and by whom it and its parts were made (ISO 32000, 14.3, 14.5 and 12.3.4).
_SAID_OF_ANYTHING = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo")
_SAID_OF_A_NOTE = ("/T", "/M", "/NM", "/CreationDate")  # its author, its times and its number
_SAID_OF_A_SIGNATURE = ("/Name", "/Location", "/ContactInfo", "/Reason", "/M", "/Contents", "/Cert", "/Prop_Build")


class DocumentRefused(Exception):
    """This file is not kept; the message says what to send instead."""


@dataclass(frozen=True)
class CleanDocument:
    data: bytes
    content_type: str  # application/pdf, image/jpeg or image/png


def clean_document(data: bytes) -> CleanDocument:
    """Return a JPEG or PNG drawn anew, or a PDF written anew, without metadata. Raises DocumentRefused.

    What a file is, its content tells, never its name. A PDF that is encrypted, holds scripts or files, or is packed
    so that this cannot be told, is refused. The same file gives the same bytes.
    """
    if not data:
        raise DocumentRefused(_("This file is empty."))
    if len(data) > MAX_BYTES:
        raise DocumentRefused(_("This file is too large: send one of at most 10 MB."))
    if data.startswith(PDF):
        check_pdf(data)
        return CleanDocument(_bare_pdf(data), "application/pdf")
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
    outside = b" ".join(plain[begin:end] for begin, end in _between(plain))
    if _ENCRYPTED.search(outside) or _ENCRYPTED.search(plain):
        raise DocumentRefused(_("This PDF is encrypted. Please send one that opens without a password."))
    if _PACKED_OTHERWISE.search(outside):
        raise DocumentRefused(
            _("This PDF is packed in a way that cannot be checked. Print it into a new PDF, or send a picture.")
        )
    acts = _ACTS_OUTSIDE.search(outside) or _ACTS.search(plain)
    if acts or any(_ACTS.search(piece) for piece in _unpacked(data)):
        raise _acting()


def _acting() -> DocumentRefused:
    return DocumentRefused(
        _("This PDF holds a script, a form or another file. Print it into a new PDF, or send a picture.")
    )


def _too_large() -> DocumentRefused:
    return DocumentRefused(_("This PDF is too large when unpacked. Scan it in grey or at a lower resolution."))


def _streams(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the packed parts of a PDF begin and end."""
    at = 0
    while found := _STREAM_BEGINS.search(data, at):
        end = data.find(_STREAM_ENDS, found.end())
        if end < 0:
            return
        yield found.end(), end
        at = end + len(_STREAM_ENDS)


def _between(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the parts between the packed ones begin and end."""
    at = 0
    for begin, end in _streams(data):
        yield at, begin
        at = end
    yield at, len(data)


def _bare_pdf(data: bytes) -> bytes:
    """The PDF written anew: its pages without author, programs, times, places, or what it held in earlier versions.

    A signature in it no longer holds, and what is drawn on a page stays. Raises DocumentRefused.
    """
    import pikepdf  # a fifth of a second, for those processes only that are brought a file

    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if not pdf.pages:
                raise DocumentRefused(_("This PDF holds no page. Please save or scan it once more."))
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            for thing in pdf.objects:
                _take_out(thing)
            pdf.save(out, deterministic_id=True)
    except (pikepdf.PdfError, RecursionError, ValueError, zlib.error) as exc:
        raise DocumentRefused(_("This PDF is not complete. Please save or scan it once more.")) from exc
    return out.getvalue()


def _take_out(thing: Any, depth: int = 0) -> None:
    """Take what says something of its making out of an object and of all that is written inside it."""
    import pikepdf

    if isinstance(thing, pikepdf.Array):
        inside = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        if _ACTING & {*thing.keys(), str(thing.get("/S")), str(thing.get("/Type")), str(thing.get("/Subtype"))}:
            raise _acting()
        is_note = "/Rect" in thing and thing.get("/Subtype") != "/Widget"  # of a field, /T is the name
        said = [*_SAID_OF_ANYTHING, *(_SAID_OF_A_NOTE if is_note else ())]
        said += _SAID_OF_A_SIGNATURE if "/ByteRange" in thing else ()
        for name in said:
            if name in thing:
                del thing[name]
        inside = [thing[name] for name in thing.keys()]  # noqa: SIM118 (a stream is no mapping)
    else:
        return
    if isinstance(thing, pikepdf.Stream):
        _take_out_of_picture(thing)
    for part in inside:
        if depth < _DEPTH and not getattr(part, "is_indirect", True):  # numbers come as Python's own
            _take_out(part, depth + 1)


def _take_out_of_picture(stream: Any) -> None:
    """A photograph in a PDF is a JPEG file, with the camera and the place in it."""
    import pikepdf

    filters = stream.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names[-1:] != ["/DCTDecode"] or not {"/FlateDecode", "/DCTDecode"}.issuperset(names):
        return
    data = stream.read_raw_bytes()
    for _packed in names[:-1]:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(data, MAX_BYTES * 3)
        if unpacker.unconsumed_tail:
            raise _too_large()
    bare = without_metadata(data)
    if bare != data:
        parms = stream.get("/DecodeParms")
        stream.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=None if len(names) > 1 else parms)


def _unescaped(data: bytes) -> bytes:
    """With every character of a name as itself: /Java#53cript is /JavaScript."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _unpacked(data: bytes) -> Iterator[bytes]:
    """What every packed stream holds, piece by piece, each piece with the end of the one before."""
    total = 0
    for begin, end in _streams(data):
        unpacker, packed, before = zlib.decompressobj(), data[begin:end], b""
        while packed:
            try:
                piece = unpacker.decompress(packed, PIECE)
            except zlib.error:
                break  # a picture, a font, or what no reader opens either
            total += len(piece)
            if total > MAX_UNPACKED:
                raise _too_large()
            yield _unescaped(before + piece)
            before, packed = piece[-_LONGEST_NAME:], unpacker.unconsumed_tail
            if not piece:
                break
