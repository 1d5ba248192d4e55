"""The address of a petition as a QR code."""

import io

import segno

SCALE = 24  # pixels a module in the PNG: sharp on a poster
INK, PAPER = "#191c24", "#ffffff"  # the darkest on the lightest: cameras read it on any screen


def qr_svg(address: str, title: str) -> bytes:
    """A drawing of any size, with a title for who does not see it."""
    out = io.BytesIO()
    _code(address).save(out, kind="svg", scale=10, dark=INK, light=PAPER, title=title, nl=False)
    return out.getvalue()


def qr_png(address: str) -> bytes:
    out = io.BytesIO()
    _code(address).save(out, kind="png", scale=SCALE, dark=INK, light=PAPER)
    return out.getvalue()


def qr_runs(address: str) -> tuple[int, list[tuple[int, int, int]]]:
    """The size in modules, and each run of dark ones as (column, row, length): for a sheet that draws its own."""
    rows = [list(row) for row in _code(address).matrix]
    runs = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append((start, y, x - start))
                start = None
    return len(rows), runs


def _code(address: str) -> segno.QRCode:
    return segno.make(address, error="m", micro=False)
