"""Markdown written out for a page (render_markdown) and for plain e-mail (plain_text)."""

import re

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from letters.rendering.tree import LINK_SCHEMES, Node, document_tree, footnotes
from letters.rendering.wording import gettext_noop, translated

__all__ = ["document_tree", "plain_text", "render_markdown"]

LINK_REL = "nofollow noopener noreferrer"

NOTE = gettext_noop("Note %(number)s")
NOTES = gettext_noop("Notes")
BACK = gettext_noop("Back to where note %(number)s is cited")
BACK_TO_ONE_OF_SEVERAL = gettext_noop("Back to where note %(number)s is cited, place %(place)s")


def _local_target(url: str) -> str | None:
    return url if url.startswith("#") else None


# The writer below makes nothing else than this, and escapes every text. The cleaner stands
# behind it so that one slip there is not a script on a page that strangers are shown.
_CLEANER = nh3.Cleaner(
    tags={
        "a", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6",
        "hr", "li", "ol", "p", "pre", "section", "strong", "sup", "ul",
    },
    attributes={
        "a": {"href", "id", "aria-label"},
        "li": {"id"},
        "ol": {"start"},
        "section": {"aria-label"},
    },
    tag_attribute_values={
        "a": {
            "rel": {LINK_REL},
            "role": {"doc-noteref", "doc-backlink"},
            "class": {"footnote-back"},
        },
        "section": {"role": {"doc-endnotes"}, "class": {"footnotes"}},
        "sup": {"class": {"footnote-ref"}},
    },
    url_schemes=set(LINK_SCHEMES),
    url_relative=_local_target,
    link_rel=None,  # written by us: a note's own links need none
)  # fmt: skip


def render_markdown(text: str, *, heading_offset: int = 1, footnote_prefix: str = "") -> SafeString:
    """Return Markdown as clean HTML whose headings stand under those of the page.

    heading_offset is added to every heading's level: 1 makes "##" an <h3>; <h6> is the deepest.
    footnote_prefix begins every id, so that two texts fit on one page: letters, digits, "-", "_".
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]*", footnote_prefix):
        raise ValueError(f"Not fit for the beginning of an id: {footnote_prefix!r}")
    tree = document_tree(text)
    writer = _HtmlWriter(heading_offset, footnote_prefix)
    return mark_safe(_CLEANER.clean(writer.blocks(tree) + writer.notes(tree)))


class _HtmlWriter:
    def __init__(self, heading_offset: int, prefix: str):
        self.heading_offset = heading_offset
        self.prefix = prefix

    def blocks(self, nodes: list[Node], *, tight: bool = False) -> str:
        return "".join(self.block(node, tight=tight) for node in nodes)

    def block(self, node: Node, *, tight: bool = False) -> str:
        match node["type"]:
            case "paragraph" if tight:  # an item of a list without blank lines is no paragraph
                return self.inlines(node["content"])
            case "paragraph":
                return f"<p>{self.inlines(node['content'])}</p>\n"
            case "heading":
                level = min(max(node["level"] + self.heading_offset, 1), 6)
                return f"<h{level}>{self.inlines(node['content'])}</h{level}>\n"
            case "list":
                return self.list_of_items(node)
            case "quote":
                return f"<blockquote>\n{self.blocks(node['content'])}</blockquote>\n"
            case "code":
                return f"<pre><code>{escape(node['text'])}\n</code></pre>\n"
            case _:
                return "<hr>\n"

    def list_of_items(self, node: Node) -> str:
        tag = "ol" if node["ordered"] else "ul"
        start = f' start="{node["start"]}"' if node["ordered"] and node["start"] != 1 else ""
        items = (f"<li>{self.blocks(item, tight=node['tight'])}</li>\n" for item in node["items"])
        return f"<{tag}{start}>\n{''.join(items)}</{tag}>\n"

    def inlines(self, nodes: list[Node]) -> str:
        return "".join(self.inline(node) for node in nodes)

    def inline(self, node: Node) -> str:
        match node["type"]:
            case "text":
                return escape(node["text"])
            case "emphasis":
                return f"<em>{self.inlines(node['content'])}</em>"
            case "strong":
                return f"<strong>{self.inlines(node['content'])}</strong>"
            case "link":
                return f'<a href="{escape(node["url"])}" rel="{LINK_REL}">{self.inlines(node["content"])}</a>'
            case "code_span":
                return f"<code>{escape(node['text'])}</code>"
            case "footnote":
                return self.reference(node)
            case _:
                return "<br>\n"

    def reference(self, node: Node) -> str:
        number, comma = node["number"], "," if "touches" in node else ""
        label = escape(translated(NOTE) % {"number": number})
        return (
            f'<sup class="footnote-ref">{comma}<a href="#{self.prefix}fn-{number}" '
            f'id="{self.reference_id(number, node["occurrence"])}" role="doc-noteref" aria-label="{label}">'
            f"{number}</a></sup>"
        )

    def reference_id(self, number: int, occurrence: int) -> str:
        return f"{self.prefix}fnref-{number}" + (f"-{occurrence}" if occurrence > 1 else "")

    def notes(self, tree: list[Node]) -> str:
        items = []
        for first, count in footnotes(tree):
            number, content = first["number"], first["content"]
            back = "".join(self.back_link(number, place, count) for place in range(1, count + 1))
            if content and content[-1]["type"] == "paragraph":
                last = f"<p>{self.inlines(content[-1]['content'])}{back}</p>\n"
                content = content[:-1]
            else:
                last = f"<p>{back}</p>\n"
            items.append(f'<li id="{self.prefix}fn-{number}">\n{self.blocks(content)}{last}</li>\n')
        if not items:
            return ""
        name = escape(translated(NOTES))
        return (
            f'<section class="footnotes" role="doc-endnotes" aria-label="{name}">\n'
            f"<ol>\n{''.join(items)}</ol>\n</section>\n"
        )

    def back_link(self, number: int, place: int, count: int) -> str:
        label = translated(BACK if count == 1 else BACK_TO_ONE_OF_SEVERAL)
        label = escape(label % {"number": number, "place": place})
        which = f"<sup>{place}</sup>" if count > 1 else ""
        # U+FE0E keeps telephones from drawing the arrow as a picture.
        return (
            f' <a href="#{self.reference_id(number, place)}" role="doc-backlink" '
            f'class="footnote-back" aria-label="{label}">\u21a9\ufe0e{which}</a>'
        )


def plain_text(text: str) -> str:
    """Return Markdown as a person would type it into an e-mail, wrapped at no column.

    Lists keep their numbers, links read "text (address)", notes are [1] and stand at the end.
    """
    tree = document_tree(text)
    parts = [_plain_blocks(tree)]
    notes = [_hanging(f"[{first['number']}] ", _plain_blocks(first["content"])) for first, _count in footnotes(tree)]
    if notes:
        parts.append("\n".join(notes))
    return "\n\n".join(part for part in parts if part)


def _plain_blocks(nodes: list[Node], *, tight: bool = False) -> str:
    written = (_plain_block(node) for node in nodes)
    return ("\n" if tight else "\n\n").join(block for block in written if block)


def _plain_block(node: Node) -> str:
    match node["type"]:
        case "paragraph" | "heading":
            return _plain_inlines(node["content"]).strip()
        case "list":
            tight = node["tight"]
            items = [
                _hanging(
                    f"{node['start'] + position}. " if node["ordered"] else "- ",
                    _plain_blocks(item, tight=tight),
                )
                for position, item in enumerate(node["items"])
            ]
            return ("\n" if tight else "\n\n").join(items)
        case "quote":
            lines = _plain_blocks(node["content"]).split("\n")
            return "\n".join(f"> {line}".rstrip() for line in lines)
        case "code":
            return "\n".join(f"    {line}".rstrip() for line in node["text"].split("\n"))
        case _:
            return "* * *"


def _hanging(marker: str, block: str) -> str:
    """Return the block behind its marker, further lines indented to stand under the first."""
    indent = " " * len(marker)
    lines = block.split("\n")
    return "\n".join([(marker + lines[0]).rstrip(), *((indent + line).rstrip() for line in lines[1:])])


def _plain_inlines(nodes: list[Node]) -> str:
    return "".join(_plain_inline(node) for node in nodes)


def _plain_inline(node: Node) -> str:
    match node["type"]:
        case "text" | "code_span":
            return node["text"]
        case "emphasis" | "strong":
            return _plain_inlines(node["content"])
        case "link":
            label, url = _plain_inlines(node["content"]), node["url"]
            return label if url in (label, f"mailto:{label}") else f"{label} ({url})"
        case "footnote":
            return f"[{node['number']}]"
        case _:
            return "\n"
