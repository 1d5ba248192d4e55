"""Pictures from outside: nothing of the camera is left, and what is no picture is refused with a sentence."""

import io

import pytest
from PIL import Image

from privacy.images import MAX_BYTES, ImageRefused, clean_image
from tests.factories import picture


def with_secrets(kind):
    exif = Image.Exif()
    exif[0x010F] = "SECRET CAMERA"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    return picture(kind=kind, exif=exif, comment=b"SECRET COMMENT") + b"SECRET TAIL"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_only_the_pixels_stay_and_they_stand_upright(kind):
    data = with_secrets(kind)
    assert b"SECRET" in data
    clean = clean_image(data)
    assert b"SECRET" not in clean.data
    with Image.open(io.BytesIO(clean.data)) as image:
        assert not image.getexif()
        assert image.size == (clean.width, clean.height) == (30, 40)
        assert image.format == {"image/jpeg": "JPEG", "image/png": "PNG"}[clean.content_type]


def test_a_large_picture_is_made_smaller():
    clean = clean_image(picture(size=(3000, 1500)))
    assert (clean.width, clean.height) == (2400, 1200)


def gif():
    file = io.BytesIO()
    frames = [Image.new("P", (5, 5), color) for color in (0, 1)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "cannot be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "cannot be read"),
        (b"%PDF-1.7", "cannot be read"),
        (gif(), "cannot be read"),
        (picture()[:200], "cannot be read"),
        (picture() + bytes(MAX_BYTES), "too large"),
    ],
    ids=["nothing", "svg", "pdf", "gif", "cut off", "too large"],
)
def test_what_is_no_picture_is_refused(data, sentence):
    assert clean_image(picture()).width == 40
    with pytest.raises(ImageRefused, match=sentence):
        clean_image(data)


def test_a_picture_of_too_many_pixels_is_refused():
    with pytest.raises(ImageRefused, match="too many pixels"):
        clean_image(picture(size=(6000, 5000), kind="PNG"))
