"""What changed between two wordings: paragraphs side by side, and word by word inside those that changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from statements.models import Translation, Version

SAME, INSERTED, DELETED, CHANGED = "same", "inserted", "deleted", "changed"

ALIKE = 0.4  # from here on two paragraphs are one that changed, not one that went and one that came

# A word with what clings to it; Chinese and Japanese, which have no spaces, by the character; Korean by its words.
_WORDS = re.compile(r"\s+|[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+(?:['’]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Some words: `kind` is "same", "inserted" or "deleted"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of either wording: `kind` is "same", "changed", "inserted" or "deleted"."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class TextDifference:
    """One language of two versions. A language that only one of them has is all inserted or all deleted."""

    language: str
    title: str  # of the newer one
    paragraphs: list[Paragraph]

    @property
    def is_changed(self) -> bool:
        return any(paragraph.kind != SAME for paragraph in self.paragraphs)


def paragraphs(old: str, new: str) -> list[Paragraph]:
    """The paragraphs of both texts in order, what was deleted before what stands in its place."""
    before, after = split(old), split(new)
    found: list[Paragraph] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Paragraph(SAME, (Piece(SAME, text),)) for text in after[c:d]]
        else:
            found += _aligned(before[a:b], after[c:d])
    return found


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Two wordings of one paragraph as pieces that are the same, deleted or inserted."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(after[c:d])))
        else:
            pieces += [
                Piece(name, text)
                for name, text in ((DELETED, "".join(before[a:b])), (INSERTED, "".join(after[c:d])))
                if text
            ]
    return tuple(_joined(pieces))


def versions(old: Version, new: Version) -> list[TextDifference]:
    """Two versions by language, the authoritative text first. Prefetch `translations`."""
    before = {row.language: row for row in old.translations.all()}
    after = {row.language: row for row in new.translations.all()}
    rows = sorted({**before, **after}.values(), key=lambda row: (row.status, row.language))
    return [
        TextDifference(
            row.language, row.title, paragraphs(_all(before.get(row.language)), _all(after.get(row.language)))
        )
        for row in rows
    ]


def split(text: str) -> list[str]:
    """The paragraphs of a Markdown text: blocks between blank lines, and every item of a list for itself."""
    blocks = [block.strip("\n").rstrip() for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))]
    items = (item for block in blocks for item in re.split(r"\n(?=(?:\d{1,9}[.)]|[-*+]) |\[\^[^\]\s]+\]:)", block))
    return [item.strip() for item in items if item.strip()]


def _all(text: Translation | None) -> str:
    """Everything that is signed of a text, as paragraphs."""
    return "\n\n".join(part for part in (text.title, text.dateline, text.whole) if part) if text else ""


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    """Pair what is alike, in order; the rest went or came."""
    start = 0
    for text in before:
        best, place = ALIKE, -1
        for candidate in range(start, len(after)):
            likeness = SequenceMatcher(None, _WORDS.findall(text), _WORDS.findall(after[candidate])).ratio()
            if likeness > best:
                best, place = likeness, candidate
        if place < 0:
            yield Paragraph(DELETED, (Piece(DELETED, text),))
            continue
        yield from (Paragraph(INSERTED, (Piece(INSERTED, new),)) for new in after[start:place])
        yield Paragraph(CHANGED, words(text, after[place]))
        start = place + 1
    yield from (Paragraph(INSERTED, (Piece(INSERTED, new),)) for new in after[start:])


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """A single blank between two changes belongs to them: "the old words" reads better than three crumbs."""
    deleted = inserted = ""
    for index, piece in enumerate(pieces):
        between = (
            piece.kind == SAME
            and piece.text.isspace()
            and index < len(pieces) - 1
            and deleted.strip()
            and inserted.strip()
        )
        if piece.kind == SAME and not between:
            yield from _changes(deleted, inserted)
            deleted = inserted = ""
            yield piece
        elif between:
            deleted, inserted = deleted + piece.text, inserted + piece.text
        elif piece.kind == DELETED:
            deleted += piece.text
        else:
            inserted += piece.text
    yield from _changes(deleted, inserted)


def _changes(deleted: str, inserted: str) -> Iterator[Piece]:
    common = ""
    if deleted and inserted and deleted[-1:] == inserted[-1:] and deleted[-1:].isspace():
        common, deleted, inserted = deleted[-1], deleted[:-1], inserted[:-1]
    if deleted:
        yield Piece(DELETED, deleted)
    if inserted:
        yield Piece(INSERTED, inserted)
    if common:
        yield Piece(SAME, common)
