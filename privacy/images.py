"""Pictures from outside: read by their content, drawn anew, so that nothing of the camera or the file is left."""

import io
import re
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 2_000_000  # of the file as it comes
MAX_PIXELS = 24_000_000
FORMATS = ("JPEG", "PNG", "WEBP")  # what is read; what is kept is JPEG or PNG
JPEG_QUALITY = 88

END_OF_IMAGE = 0xD9
SAYS_SOMETHING = {*range(0xE1, 0xEE), 0xEF, 0xFE}  # APP1 to APP13, APP15 and COM
_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)  # in the picture stand only 0 and D0 to D7


class ImageRefused(Exception):
    """This file is no picture that we keep; the message says what to send instead."""


@dataclass(frozen=True)
class CleanImage:
    """A picture without metadata."""

    data: bytes
    content_type: str  # image/jpeg or image/png
    width: int
    height: int


def clean_image(data: bytes, *, max_side: int = 2400, max_bytes: int = MAX_BYTES) -> CleanImage:
    """Return the picture drawn anew, upright, at most `max_side` pixels wide and high. Raises ImageRefused.

    What a file is, its content tells, never its name. EXIF, GPS, comments and colour profiles are gone, and so is
    whatever else was hidden behind the picture. SVG, which can hold a script, and moving pictures are refused.
    """
    if len(data) > max_bytes:
        raise ImageRefused(_("This file is too large: send a picture of at most %d MB.") % (max_bytes // 1_000_000))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise ImageRefused(_("This picture has too many pixels: send one of at most 24 megapixels."))
                if getattr(opened, "n_frames", 1) > 1:
                    raise ImageRefused(_("Send a picture that does not move."))
                opened.load()
                upright = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as exc:
        raise ImageRefused(_("This file cannot be read as a picture. Send a JPEG, PNG or WebP file.")) from exc
    has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    drawn = upright.convert("RGBA" if has_alpha else "RGB")
    drawn.thumbnail((max_side, max_side))
    # Only the pixels: a new image knows nothing of the old one's info.
    bare = Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())
    out = io.BytesIO()
    if has_alpha:
        bare.save(out, "PNG", optimize=True)
        return CleanImage(out.getvalue(), "image/png", *bare.size)
    bare.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return CleanImage(out.getvalue(), "image/jpeg", *bare.size)


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG file with the same picture and nothing about it: no EXIF, XMP, IPTC, makers' notes, comments, previews.

    Density, colour profile and Adobe's mark of the colours stay: the picture is drawn by them. What stands behind its
    end, as telephones put a second picture there, goes. What is no JPEG comes back as it is. ITU-T T.81, B.1.1.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [jpeg[:2]], 2
    while found := _MARKER.search(jpeg, at):
        kept.append(jpeg[at : found.start()])  # the picture itself, between two markers
        marker, begin = jpeg[found.end() - 1], found.end()
        if marker == END_OF_IMAGE:
            return b"".join(kept) + b"\xff\xd9"
        at = begin + max(int.from_bytes(jpeg[begin : begin + 2]), 2)
        is_profile = marker == 0xE2 and jpeg[begin + 2 : begin + 13] == b"ICC_PROFILE"
        if is_profile or marker not in SAYS_SOMETHING:
            kept.append(b"\xff" + bytes([marker]) + jpeg[begin:at])
    return b"".join(kept) + jpeg[at:]
