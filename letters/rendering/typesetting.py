"""The tree of a text made ready for paper: headings without gaps, Korean words in one piece."""

import re
from collections.abc import Iterable
from typing import Any

from letters.rendering.tree import Node

HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")

_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_NEVER_FIRST = frozenset(".,;:!?)]}%…·’”〉》」』")  # no line begins with these, whatever stands before
_Split = tuple[Node | None, Node]


def outlined(tree: list[Node]) -> list[Node]:
    """Return the blocks with headings that PDF/UA takes: from level 2, under the sheet's own, no gaps.

    A heading inside a quote, a list or a note belongs to no outline and becomes a strong line.
    """
    highest = min((node["level"] for node in tree if node["type"] == "heading"), default=1)
    above = 1
    blocks = []
    for node in tree:
        if node["type"] == "heading":
            above = min(node["level"] - highest + 2, above + 1)
            blocks.append({**node, "level": above, "content": _all_strong_lines(node["content"])})
        else:
            blocks.append(_strong_lines(node))
    return blocks


def _all_strong_lines(nodes: Iterable[Node]) -> list[Node]:
    return [_strong_lines(node) for node in nodes]


def _strong_lines(node: Node) -> Node:
    if node["type"] == "heading":
        line = {"type": "strong", "content": _all_strong_lines(node["content"])}
        return {"type": "paragraph", "content": [line]}
    if "content" in node:
        return {**node, "content": _all_strong_lines(node["content"])}
    if "items" in node:
        return {**node, "items": [_all_strong_lines(item) for item in node["items"]]}
    return node


def with_apostrophes(value: Any) -> Any:
    """Return the same data with a printer's apostrophe for a typewriter's between two letters.

    Addresses and code are left as they are. Only for letters: in a text that is signed each
    character counts.
    """
    if isinstance(value, str):
        return _APOSTROPHE.sub("\u2019", value) if "'" in value else value
    if isinstance(value, list | tuple):
        return [with_apostrophes(item) for item in value]
    if isinstance(value, dict) and value.get("type") not in ("code", "code_span"):
        return {key: item if key == "url" else with_apostrophes(item) for key, item in value.items()}
    return value


def glued(nodes: list[Node]) -> list[Node]:
    """Return the nodes with "word" nodes where a Korean word runs across a change of style.

    Typst keeps the words of one style in one piece by a rule of _shared.typ. In
    "**정부**는" the particle is another piece, and would begin a line alone.
    """
    result: list[Node] = []
    for node in nodes:
        if "content" in node:
            node = {**node, "content": glued(node["content"])}
        elif "items" in node:
            node = {**node, "items": [glued(item) for item in node["items"]]}
        if result and _is_one_word(result[-1], node):
            before, tail = _split_off_last_word(result.pop())
            head, after = _split_off_first_word(node)
            pieces = tail["content"] if tail["type"] == "word" else [tail]
            word = {"type": "word", "content": [*pieces, head]}
            result += [piece for piece in (before, word, after) if piece]
        else:
            result.append(node)
    return result


def _is_one_word(left: Node, right: Node) -> bool:
    last, first = _edge(left, -1), _edge(right, 0)
    if not last or not first or last.isspace() or first.isspace() or first in _NEVER_FIRST:
        return False
    return bool(HANGUL.match(last) or HANGUL.match(first))


def _edge(node: Node, side: int) -> str:
    """Return the first (0) or last (-1) character of an inline; "" if nothing can be glued to it."""
    if node["type"] in ("text", "code_span"):
        return node["text"][side] if node["text"] else ""
    if node["type"] == "footnote":
        return str(node["number"])
    if node["type"] in ("emphasis", "strong", "link", "word") and node["content"]:
        return _edge(node["content"][side], side)
    return ""


def _split_off_last_word(node: Node) -> _Split:
    if node["type"] == "text":
        tail = node["text"].split()[-1]
        before = node["text"].removesuffix(tail)
        return ({"type": "text", "text": before} if before else None), {"type": "text", "text": tail}
    if node["type"] in ("emphasis", "strong"):
        *earlier, last = node["content"]
        before, tail = _split_off_last_word(last)
        rest = [*earlier, before] if before else earlier
        return ({**node, "content": rest} if rest else None), {**node, "content": [tail]}
    return None, node  # a link stays one link, and a note one note


def _split_off_first_word(node: Node) -> tuple[Node, Node | None]:
    if node["type"] == "text":
        head = node["text"].split()[0]
        after = node["text"].removeprefix(head)
        return {"type": "text", "text": head}, ({"type": "text", "text": after} if after else None)
    if node["type"] in ("emphasis", "strong"):
        first, *later = node["content"]
        head, after = _split_off_first_word(first)
        rest = [after, *later] if after else later
        return {**node, "content": [head]}, ({**node, "content": rest} if rest else None)
    return node, None
