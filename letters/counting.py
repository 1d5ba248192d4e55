"""How long a text is, in the words and pages that bodies limit."""

import re
from dataclasses import dataclass

from letters.rendering.tree import Node, document_tree, footnotes

# Written without blanks between words: each character counts as one, as word processors have it.
_BY_CHARACTER = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_PAGES = re.compile(rb"/Type ?/Pages\b[^>]*?/Count (\d+)")


@dataclass(frozen=True)
class Words:
    """Words of the text (headings, lists and demands included) and of its notes; neither title nor names."""

    text: int
    notes: int

    def counted(self, with_notes: bool) -> int:
        return self.text + (self.notes if with_notes else 0)


def count_words(markdown: str) -> Words:
    """Count what stands between blanks, in Korean each eojeol; every Chinese or Japanese character counts as one.

    Numbers of lists, dashes before their lines and the marks of notes are no words.
    """
    tree = document_tree(markdown)
    notes = sum(_count(_text(first.get("content", []))) for first, _references in footnotes(tree))
    return Words(text=_count(_text(tree)), notes=notes)


def page_count(pdf: bytes) -> int:
    """The pages of a PDF that letters.rendering wrote."""
    found = [int(count) for count in _PAGES.findall(pdf)]
    if not found:
        raise ValueError("Not a PDF with a page tree in clear.")
    return found[0]


def _count(text: str) -> int:
    spaced = _BY_CHARACTER.sub(lambda character: f" {character[0]} ", text)
    return len(spaced.split())


def _text(nodes: list[Node]) -> str:
    """The words of blocks and inlines; blocks stand apart, and a note's words are counted by themselves."""
    parts: list[str] = []
    for node in nodes:
        match node["type"]:
            case "text" | "code_span":
                parts.append(node["text"])
            case "code":
                parts.append(f"\n{node['text']}\n")
            case "break" | "rule":
                parts.append("\n")
            case "footnote":
                continue
            case "list":
                parts += [f"\n{_text(item)}\n" for item in node["items"]]
            case "emphasis" | "strong" | "link":
                parts.append(_text(node["content"]))
            case _:
                parts.append(f"\n{_text(node['content'])}\n")
    return "".join(parts)
