"""Finding what needs a source in a paragraph: figures, and what is said of the law."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from campaigns.models import Instrument

LIST_ITEM = re.compile(r"(?:\d{1,9}[.)]|[-*+])[ \t]")
# Where an author left a hole: [ ], [...], [TBC], TODO, XXX, ____
GAP = re.compile(
    r"\[[ \t]*(?:\.\.\.|…|_+|x+|\?+|tb[acd]|todo|추후|미정)?[ \t]*\]|\b(?:TODO|TBC|TBD|XXX+)\b|_{4,}|○○+", re.IGNORECASE
)

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
# Numbers that are no figures: days, years, articles, resolutions, places in an order, what an address or a code holds.
_NO_FIGURE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:\s+\d{{4}})?|{_MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?"
    r"|\b\d{4}-\d{2}-\d{2}\b|\d{1,4}\s?년(?:대)?|\d{1,2}\s?월|\d{1,2}\s?일(?![가-힣]*\s?명)|제\s?\d+\s?[조항호차]"
    r"|\b(?:Articles?|Arts?\.|paragraphs?|paras?\.|sections?|chapter|resolution|A/RES/|A/HRC/|S/RES/)\s?[\d/.()]+"
    r"(?:\s?(?:,|and|to|–|-)\s?\d+)*"
    r"|\b(?:19|20)\d{2}s?\b(?!\s*(?:people|persons|women|men|children|명))|\b\d{1,2}:\d{2}\b|https?://\S+|\[\^[^\]]*\]"
    r"|\b\d{1,3}(?:st|nd|rd|th)\b|`[^`]*`",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d")
_LAW = re.compile(
    r"\bArticles?\s\d+|제\s?\d+\s?조|\bviolat(?:e|es|ed|ion|ions|ing)\b[^.]{0,60}\b(?:law|treaty|convention|covenant|obligations?)\b"
    r"|\b(?:ratified|acceded to|is a party to|are parties to|crimes? against humanity|peremptory norm|jus cogens)\b"
    r"|비준|가입(?:하였|했|한)|반인도\s?범죄|인도에\s?반하[는한]\s?(?:죄|범죄)|국제법\s?위반|국제법을\s?위반|강행규범",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """What needs a source: its words, and where they end in the paragraph."""

    words: str
    end: int
    is_figure: bool


def claims_in(paragraph: str, instruments: Iterable[Instrument]) -> list[Claim]:
    """Figures, and what is said of the law, in the order of the text."""
    found = [*_figures(paragraph), *(Claim(hit.group(), hit.end(), False) for hit in _LAW.finditer(paragraph))]
    for instrument in instruments:
        found += [Claim(hit.group(), hit.end(), False) for hit in names(instrument).finditer(paragraph)]
    return sorted(found, key=lambda claim: claim.end)


def sentences(paragraph: str) -> list[str]:
    """A rough division, for what is said in one breath."""
    return [part for part in re.split(r"(?<=[.!?。])(?:\[\^[^\]]*\])*\s+", paragraph) if part]


def names(instrument: Instrument) -> re.Pattern[str]:
    """Finds an instrument under the names that the evidence has for it."""
    words = [instrument.name, instrument.short_name, *instrument.translations.values()]
    return _any_of(tuple(sorted({word for word in words if len(word) > 2}, key=len, reverse=True)))


@lru_cache(maxsize=256)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A name in capitals is found in capitals only; in Latin letters none inside a longer word."""
    if not words:
        return re.compile(r"(?!)")
    parts = (re.escape(word) if word.isupper() else f"(?i:{re.escape(word)})" for word in words)
    return re.compile(r"(?<![A-Za-z])(?:" + "|".join(parts) + r")(?![A-Za-z])")


def _figures(paragraph: str) -> Iterator[Claim]:
    blanked = _NO_FIGURE.sub(lambda hit: " " * len(hit.group()), paragraph)
    for hit in _FIGURE.finditer(blanked):
        yield Claim(hit.group(), hit.end(), True)
