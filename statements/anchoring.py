"""Paragraphs of a draft that keep their identity while others edit around them: found again by their words."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as replaced
from difflib import SequenceMatcher

from statements.models import ProposedEdit, Translation

Part = ProposedEdit.Part
ALIKE = 0.6  # a paragraph that was edited meanwhile is still the same one

_BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*\n?)+")  # lines that are not blank


@dataclass(frozen=True)
class Place:
    """One paragraph: `start` and `end` in the body, or the number of the demand."""

    part: str
    number: int  # from 1, within its part
    words: str
    start: int = 0
    end: int = 0
    is_exact: bool = True


def places(text: Translation) -> Iterator[Place]:
    """Every paragraph of a text in the order it is read: the title, the body, the demands."""
    yield Place(Part.TITLE, 1, text.title)
    for number, block in enumerate(_BLOCK.finditer(text.body.replace("\r\n", "\n")), start=1):
        words = block.group()
        start = block.start() + len(words) - len(words.lstrip())
        yield Place(Part.BODY, number, words.strip(), start, start + len(words.strip()))
    for number, words in enumerate(text.demands, start=1):
        yield Place(Part.DEMANDS, number, words)


def find(text: Translation, part: str, number: int, original: str) -> Place | None:
    """Where the paragraph that read `original` stands now: the same words, nearest to where they stood, else the
    most alike. None when it is gone."""
    candidates = [place for place in places(text) if place.part == part]
    exact = [place for place in candidates if same(place.words, original)]
    if exact:
        return min(exact, key=lambda place: abs(place.number - number))
    rated = [(SequenceMatcher(None, place.words, original, autojunk=False).ratio(), place) for place in candidates]
    likeness, best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    if best is None or (likeness < ALIKE and part != Part.TITLE):
        return None
    return Place(best.part, best.number, best.words, best.start, best.end, is_exact=False)


def replace(text: Translation, place: Place, wording: str) -> None:
    """Put the words in the place, in memory; no words leave the paragraph out."""
    wording = wording.replace("\r\n", "\n").strip()
    if place.part == Part.TITLE:
        text.title = " ".join(wording.split()) or text.title
    elif place.part == Part.DEMANDS:
        demands = list(text.demands)
        demands[place.number - 1 : place.number] = [" ".join(wording.split())] if wording else []
        text.demands = demands
    else:
        body = text.body.replace("\r\n", "\n")
        body = body[: place.start] + wording + body[place.end :]
        text.body = re.sub(r"\n{3,}", "\n\n", body).strip("\n") + "\n"


def same(one: str, other: str) -> bool:
    """Whether two wordings differ in nothing but blanks."""
    return one.split() == other.split()


def loosely(place: Place) -> Place:
    """The same place, as find() gives it for a paragraph that was edited since."""
    return replaced(place, is_exact=False)


def mark(words: str) -> str:
    """A short digest of a paragraph, by which a form says which words it was shown with."""
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:16]
