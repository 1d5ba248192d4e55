"""How the whole text comes of its parts: the body, the demands where they stand, the notes that sources give."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol
from urllib.parse import quote

from django.utils import translation
from django.utils.formats import date_format

from campaigns.models import Source
from letters.rendering.tree import printable

DEMANDS = re.compile(r"\{\{[ \t]*demands[ \t]*\}\}")
REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>&])")
_OF_ADDRESSES = "%/:?#[]@!$&'()*+,;=~"  # what RFC 3986 leaves as it is
DEFINITION = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)


class Written(Protocol):
    """What is needed of a Translation."""

    language: str
    body: str
    demands: list[str]
    notes: str


def whole_text(body: str, demands: Sequence[str], notes: str) -> str:
    """The text as it is read, in Markdown: the demands as a numbered list where they stand, the notes at the end."""
    listed = "\n".join(f"{number}. {' '.join(words.split())}" for number, words in enumerate(demands, start=1))
    if DEMANDS.search(body):
        text = DEMANDS.sub(lambda _found: f"\n\n{listed}\n\n", body)
    else:
        text = f"{body.rstrip()}\n\n{listed}\n" if listed else body
    return f"{text.rstrip()}\n\n{notes}\n" if notes else text


def keys_cited(text: Written) -> list[str]:
    """The keys of all references, in the order of their first appearance, those inside notes included."""
    return list(dict.fromkeys(REFERENCE.findall("\n".join([text.body, *text.demands]))))


def keys_defined(text: Written) -> set[str]:
    """The keys of the notes that are written by hand."""
    return set(DEFINITION.findall(text.body))


def notes_of(text: Written, sources: Mapping[str, Source]) -> str:
    """The notes that sources give, in Markdown: one for each key cited that no note by hand defines."""
    by_hand = keys_defined(text)
    keys = [key for key in keys_cited(text) if key not in by_hand and key in sources]
    return "\n".join(f"[^{key}]: {citation(sources[key], text.language)}" for key in keys)


def sources_cited(texts: Iterable[Written]) -> dict[str, Source]:
    """The sources behind the keys of these texts, by key. One query."""
    keys = {key for text in texts for key in keys_cited(text)}
    return {source.slug: source for source in Source.objects.filter(slug__in=keys)}


def put_notes(texts: Iterable[Written]) -> None:
    """Give drafts, in memory, the notes that their lock would give them: to look at them as they will be read."""
    texts = list(texts)
    sources = sources_cited(texts)
    for text in texts:
        text.notes = notes_of(text, sources)


def citation(source: Source, language: str) -> str:
    """A source as a note prints it, in Markdown in which nothing of the source acts."""
    with translation.override(language):
        published = _day(source.published)
    parts = [_inert(source.publisher), f"“{_inert(source.title)}”", _inert(published)]
    if source.url:
        parts.append(f"<{quote(source.url, safe=_OF_ADDRESSES)}>")
    return ", ".join(part for part in parts if part) + "."


def _inert(text: str) -> str:
    """Text in which no Markdown acts, still fit to be read in the canonical file."""
    return _ACTIVE.sub(r"\\\1", " ".join(printable(text).split()))


def _day(written: str) -> str:
    """A whole date in the words of the language; a month or a year as it stands."""
    try:
        return str(date_format(date.fromisoformat(written), "DATE_FORMAT"))
    except ValueError:
        return written
