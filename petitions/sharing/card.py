"""The picture beside a link (Open Graph): the title and how many signed, 1200 × 630 pixels."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from letters.rendering import picture
from letters.sheets import demonstration_notice
from petitions.figures import shown_count
from petitions.models import Petition, PetitionText
from petitions.sharing.digest import text_digest

WIDTH, HEIGHT, PPI = 1200, 630, 144
REDRAWN_AFTER = timedelta(minutes=10)  # while the first two digits of the count stay what they were
KEPT = 200  # pictures in this process, some 30 kB each


@dataclass(frozen=True)
class _Drawn:
    png: bytes
    digest: str  # of the text, and of what else stands on it
    count: int
    at: datetime


_drawn: OrderedDict[tuple[int, str], _Drawn] = OrderedDict()
_guard = threading.Lock()


def card_png(petition: Petition, text: PetitionText, *, now: datetime) -> bytes:
    """The picture in the language of `text`.

    A changed text is drawn at once, a changed count as soon as its first two digits change, and at the latest ten
    minutes after: a hot petition costs a picture now and then, however many look.
    """
    key = (petition.pk, text.language)
    notice = demonstration_notice(text.language)
    digest, count = f"{text_digest(text)}{notice or ''}", shown_count(petition, now).count
    with _guard:
        kept = _drawn.get(key)
        if kept:
            _drawn.move_to_end(key)
    if kept and kept.digest == digest:
        is_young = timedelta(0) <= now - kept.at < REDRAWN_AFTER
        if kept.count == count or (is_young and rounded(kept.count) == rounded(count)):
            return kept.png
    png = _draw(text, count, notice)
    with _guard:
        _drawn[key] = _Drawn(png, digest, count, now)
        while len(_drawn) > KEPT:
            _drawn.popitem(last=False)
    return png


def card_alt(petition: Petition, text: PetitionText, *, now: datetime) -> str:
    """What the picture says, for who does not see it."""
    return f"{_('Petition')}: {text.title}. {_counted(shown_count(petition, now).count)}"


def rounded(count: int) -> int:
    """The count with all but its first two digits turned to zero: 12,345 is 12,000."""
    step = 10 ** max(0, len(str(count)) - 2)
    return int(count // step * step)


def _counted(count: int) -> str:
    if not count:
        return _("The first signature can be yours.")
    return ngettext("%(count)s person has signed.", "%(count)s people have signed.", count) % {"count": intcomma(count)}


def _draw(text: PetitionText, count: int, notice: str | None) -> bytes:
    with translation.override(text.language):
        sheet = {
            "lang": text.language.partition("-")[0],
            "eyebrow": _("Petition"),
            "title": text.title,
            "figure": intcomma(count) if count else "",
            "counted": ngettext("person has signed", "people have signed", count) if count else _counted(0),
            "name": "Outcry",
            "notice": _("Demonstration") if notice else None,
        }
    return picture(_source(), sheet, ppi=PPI)


@cache
def _source() -> bytes:
    return (Path(__file__).parent / "typst" / "card.typ").read_bytes()
