"""Reading a PNG from a stranger and writing it anew: its pixels stay, everything else in the file goes."""

import struct
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.exceptions import NoSuchPicture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 200_000
MAX_SIDE = 1_500  # pixels
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
KEPT = {b"PLTE", b"tRNS"}  # besides the pixels; no text, no profile, no time, no place


@dataclass(frozen=True)
class Picture:
    content: bytes
    width: int
    height: int


def rewritten(content: bytes) -> Picture:
    """The same picture with its pixels compressed anew. Raises NoSuchPicture with what is wrong with it."""
    if len(content) > MAX_BYTES:
        raise NoSuchPicture(_("This file is too large: at most 200 KB."))
    if not content.startswith(SIGNATURE):
        raise NoSuchPicture(_("This is not a PNG picture. Please save the logo as PNG; SVG and others are not taken."))
    try:
        return _rewritten(_chunks(content))
    except (struct.error, zlib.error, KeyError, ValueError) as exc:
        raise NoSuchPicture(_("This PNG picture is damaged, or made in an unusual way. Please save it anew.")) from exc


def _rewritten(chunks: list[tuple[bytes, bytes]]) -> Picture:
    if chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise ValueError("head or end is missing")
    head = chunks[0][1]
    width, height, depth, colour, compression, filtering, interlaced = struct.unpack(">IIBBBBB", head)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise NoSuchPicture(_("This picture is too large: at most 1,500 pixels on each side."))
    if depth not in DEPTHS[colour] or compression or filtering or interlaced:
        raise ValueError("not a plain picture")
    row = 1 + (width * CHANNELS[colour] * depth + 7) // 8
    reader = zlib.decompressobj()
    pixels = reader.decompress(b"".join(data for name, data in chunks if name == b"IDAT"), row * height + 1)
    if len(pixels) != row * height or any(pixels[start] > 4 for start in range(0, len(pixels), row)):
        raise ValueError("not as many pixels as it says")
    kept = [(name, data) for name, data in chunks if name in KEPT and len(data) <= 768]
    if colour == 3 and not any(name == b"PLTE" for name, _data in kept):
        raise ValueError("no palette")
    parts = [(b"IHDR", head), *kept, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return Picture(SIGNATURE + b"".join(chunk(name, data) for name, data in parts), width, height)


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """(name, data) of each chunk up to the end of the picture. Raises ValueError where a checksum is wrong."""
    found: list[tuple[bytes, bytes]] = []
    at = len(SIGNATURE)
    while not found or found[-1][0] != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        data = content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, at + 8 + length)
        if len(data) != length or zlib.crc32(name + data) != checksum:
            raise ValueError("a damaged chunk")
        found.append((name, data))
        at += 12 + length
    return found


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file, with its length and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
