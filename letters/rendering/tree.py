"""Markdown parsed once into a plain tree, which HTML, text and PDF are each written from.

One tree means one set of rules: what the parser refuses (raw HTML, images, tables, links that
are not http, https or mailto) can turn up in none of the outputs, and a note has the same
number in all of them.
"""

import re
from collections import deque
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

Node = dict  # JSON-able; the shapes are listed at document_tree()

LINK_SCHEMES = frozenset({"http", "https", "mailto"})

# A run of "**_" opens thousands of nested elements in a few kilobytes, and every writer walks
# the tree recursively. Nobody reads emphasis this deep.
DEEPEST_INLINE = 12

# Control characters, halves of surrogate pairs and noncharacters: no HTML parser, no PDF and
# no JSON reader takes them, and no reader sees them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)

_EAST_ASIAN = re.compile("[\u1100-\u11ff\u3041-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff]")


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Say whether a link stays a link; one that does not is left as the text it was written as."""
        try:
            parts = urlsplit(url)
        except ValueError:  # "http://[" and the like
            return False
        return parts.scheme in LINK_SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Read "*" as CommonMark does, and also where Korean, Chinese or Japanese has no space.

    By the letter of CommonMark, **유엔난민기구(UNHCR)**는 stays asterisks: a closing mark between
    punctuation and a letter does not close. Particles follow without a space, so here it does.
    """
    start, known = state.pos, len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    if state.src[start] == "*":
        before = state.src[start - 1] if start else " "
        after = state.src[state.pos] if state.pos < state.posMax else " "
        for delimiter in state.delimiters[known:]:
            delimiter.open |= bool(_EAST_ASIAN.match(before)) and not after.isspace()
            delimiter.close |= bool(_EAST_ASIAN.match(after)) and not before.isspace()
    return True


# Inline notes (^[...]) are off: a note's label is what ties it to its sources.
_PARSER = _Parser("commonmark", {"html": False}).use(footnote_plugin, inline=False, move_to_end=False)
_PARSER.inline.ruler.at("emphasis", _emphasis)


def printable(text: str) -> str:
    """Return the text without the characters that no output may hold."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def document_tree(text: str) -> list[Node]:
    """Return Markdown as a list of blocks, JSON-able, for whoever writes it out.

    Blocks, by "type": paragraph (content), heading (level, content), list (ordered, start, tight,
    items: list of lists of blocks), quote (content: blocks), code (text), rule.
    Inlines: text (text), emphasis, strong (content), link (url, content), code_span (text),
    break, footnote (number, occurrence, at occurrence 1 content: blocks, and touches: True where another one stands
    right before it: between them belongs a comma, or 1 and 2 are read as 12).

    Notes are numbered from 1 in the order they are read: those of the text first, then those
    that stand inside notes. A note without a reference is left out, a reference without a note
    stays the text it was.
    """
    body, definitions = _set_notes_apart(_PARSER.parse(printable(text)))
    notes = _Notes(definitions)
    tree = _blocks(body, notes)
    notes.attach()
    return tree


def footnotes(tree: list[Node]) -> list[tuple[Node, int]]:
    """Return (first reference, number of references) of every note, in the order of numbers."""
    first: dict[int, Node] = {}
    count: dict[int, int] = {}
    stack = list(tree)
    while stack:
        node = stack.pop()
        if node["type"] == "footnote":
            count[node["number"]] = count.get(node["number"], 0) + 1
            if node["occurrence"] == 1:
                first[node["number"]] = node
        stack += node.get("content", [])
        for item in node.get("items", []):
            stack += item
    return [(first[number], count[number]) for number in sorted(first)]


class _Notes:
    """Gives notes their numbers while the text is walked, and their content afterwards.

    Content is attached at the first reference only, so a note that cites itself ends there.
    """

    def __init__(self, definitions: dict[str, list[Token]]):
        self.definitions = definitions
        self.numbers: dict[str, int] = {}
        self.occurrences: dict[str, int] = {}
        self.waiting: deque[tuple[str, Node]] = deque()

    def reference(self, label: str) -> Node:
        number = self.numbers.setdefault(label, len(self.numbers) + 1)
        occurrence = self.occurrences[label] = self.occurrences.get(label, 0) + 1
        node = {"type": "footnote", "number": number, "occurrence": occurrence}
        if occurrence == 1:
            self.waiting.append((label, node))
        return node

    def attach(self) -> None:
        while self.waiting:
            label, node = self.waiting.popleft()
            node["content"] = _blocks(self.definitions[label], self)


def _set_notes_apart(tokens: list[Token]) -> tuple[list[Token], dict[str, list[Token]]]:
    """Return the tokens of the text, and those of each note by its label; the first one counts."""
    body: list[Token] = []
    definitions: dict[str, list[Token]] = {}
    open_lists = [body]
    for token in tokens:
        if token.type == "footnote_reference_open":
            note: list[Token] = []
            definitions.setdefault(token.meta["label"], note)
            open_lists.append(note)
        elif token.type == "footnote_reference_close":
            open_lists.pop()
        else:
            open_lists[-1].append(token)
    return body, definitions


def _blocks(tokens: list[Token], notes: _Notes) -> list[Node]:
    root: list = []
    open_contents = [root]  # innermost last; what comes next belongs there
    open_lists: list[Node] = []
    for token in tokens:
        here = open_contents[-1]
        match token.type:
            case "inline":
                here += _inlines(token.children or [], notes)
            case "paragraph_open":
                if token.hidden and open_lists:  # the parser's way of saying that the list has no blank lines
                    open_lists[-1]["tight"] = True
                open_contents.append(_open(here, {"type": "paragraph", "content": []}))
            case "heading_open":
                level = int(token.tag[1])
                open_contents.append(_open(here, {"type": "heading", "level": level, "content": []}))
            case "blockquote_open":
                open_contents.append(_open(here, {"type": "quote", "content": []}))
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type == "ordered_list_open"
                start = int(token.attrs.get("start", 1))
                items: list = []
                node = {"type": "list", "ordered": ordered, "start": start, "tight": False, "items": items}
                here.append(node)
                open_lists.append(node)
                open_contents.append(items)
            case "list_item_open":
                here.append([])
                open_contents.append(here[-1])
            case "hr":
                here.append({"type": "rule"})
            case "fence" | "code_block":
                here.append({"type": "code", "text": token.content.rstrip("\n")})
            case "bullet_list_close" | "ordered_list_close":
                open_lists.pop()
                open_contents.pop()
            case _ if token.nesting == -1:
                open_contents.pop()
    return root


def _open(here: list, node: Node) -> list:
    here.append(node)
    return node["content"]


def _inlines(tokens: list[Token], notes: _Notes) -> list[Node]:
    root: list[Node] = []
    open_contents = [root]
    for token in tokens:
        here = open_contents[-1]
        match token.type:
            case "text" | "text_special":
                _add_text(here, token.content)
            case "softbreak":
                _add_text(here, " ")
            case "hardbreak":
                here.append({"type": "break"})
            case "code_inline":
                here.append({"type": "code_span", "text": token.content})
            case "image":  # the words stay, the picture is never fetched
                _add_text(here, "".join(child.content for child in token.children or []))
            case "footnote_ref":
                node = notes.reference(token.meta["label"])
                if here and here[-1]["type"] == "footnote":
                    node["touches"] = True
                here.append(node)
            case "em_open" | "strong_open" | "link_open":
                if token.type == "link_open":
                    node = {"type": "link", "url": str(token.attrGet("href")), "content": []}
                else:
                    kind = "emphasis" if token.type == "em_open" else "strong"
                    node = {"type": kind, "content": []}
                too_deep = len(open_contents) > DEEPEST_INLINE
                open_contents.append(here if too_deep else _open(here, node))
            case "em_close" | "strong_close" | "link_close":
                open_contents.pop()
    return root


def _add_text(here: list[Node], text: str) -> None:
    """Append text, joined to text before it; a line break inside it is one that was asked for.

    The parser makes soft breaks of the line ends of the source. One that is left in a text came
    as a character reference, which is how placeholders.fill() writes the lines of a value.
    """
    for position, line in enumerate(re.split(r"[\r\n]+", printable(text))):
        if position:
            here.append({"type": "break"})
        if line and here and here[-1]["type"] == "text":
            here[-1]["text"] += line
        elif line:
            here.append({"type": "text", "text": line})
