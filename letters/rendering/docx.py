"""Exact texts as Word files, which is all that many United Nations bodies take.

python-docx writes everything but notes: their part is written here, so that each is a real footnote. The same sheet is
the same bytes everywhere: the clock comes in as `dated_at`.
"""

import io
import re
import zipfile
from datetime import UTC
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from letters.rendering.pdf import Signatory, TextSheet
from letters.rendering.tree import Node, document_tree, footnotes, printable
from letters.rendering.typesetting import outlined

SERIF, SANS, MONO = "Georgia", "Arial", "Courier New"
# What Word has for each script; without one named it takes any, and Hangul may come out as boxes.
EAST_ASIAN = {"ko": "Malgun Gothic", "zh": "SimSun", "ja": "MS Mincho"}
REGIONS = {"en": "en-GB", "ko": "ko-KR", "zh": "zh-CN", "ja": "ja-JP"}
RIGHT_TO_LEFT = {"ar", "fa", "he", "ug", "ur"}
MUTED, SEAL = RGBColor(0x5B, 0x5F, 0x69), RGBColor(0xA8, 0x26, 0x1C)
FIRST_NOTE = 2  # 0 and 1 are the lines that part notes from the text
_FIXED = (1980, 1, 1, 0, 0, 0)  # the time of every entry of the archive
_HEADING_SIZES = {1: 20, 2: 13, 3: 11.5}


def text_docx(sheet: TextSheet) -> bytes:
    """Return the text as a Word file: headings, languages, real footnotes, signatories, digest."""
    if sheet.dated_at.tzinfo is None:
        raise ValueError("dated_at must be aware: the time in a file is an instant.")
    return Writer(sheet).written()


class Writer:
    """One file in the making; a letter's writer puts other things around the same blocks."""

    def __init__(self, sheet: TextSheet):
        self.sheet = sheet
        self.lang = re.split(r"[-_]", sheet.language)[0]
        self.document: DocumentObject = Document()
        self.notes = Part(
            PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            b"",
            self.document.part.package,
        )
        self.document.part.relate_to(self.notes, RELATIONSHIP_TYPE.FOOTNOTES)
        self.bookmarks = 0

    def written(self) -> bytes:
        sheet, document = self.sheet, self.document
        self.set_up()
        if sheet.notice:
            self.small(sheet.notice, color=SEAL)
        if sheet.publisher:
            self.small(sheet.publisher, size=11, bold=True, color=None)
        self.small(" · ".join(part for part in (sheet.kind_label, sheet.dateline) if part))
        document.add_heading(printable(sheet.title), 1)
        for label, value in sheet.meta:
            self.small(f"{label}: {value}")
        tree = outlined(document_tree(sheet.body))
        self.blocks(tree, document)
        self.signatories()
        self.small(f"SHA-256 {sheet.digest}")
        self.write_notes(tree)
        return self.packed()

    # --- The file ---------------------------------------------------------------------------------------------
    def set_up(self) -> None:
        sheet, document = self.sheet, self.document
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(25)
        core = document.core_properties
        core.title, core.author, core.language = printable(sheet.title), printable(sheet.publisher), sheet.language
        core.subject = ", ".join(value for _label, value in sheet.meta[:1])
        core.identifier, core.comments, core.keywords = sheet.digest, sheet.notice or "", ""
        core.created = core.modified = sheet.dated_at.astimezone(UTC).replace(tzinfo=None)
        core.last_modified_by, core.revision = printable(sheet.publisher), 1
        styles = document.styles
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        self.languages(defaults)
        normal = styles["Normal"]
        normal.font.size = Pt(11)
        normal.paragraph_format.space_after = Pt(8)
        for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
            self.faces(styles[name].element.get_or_add_rPr(), SERIF)
        if self.lang in RIGHT_TO_LEFT:
            normal.element.get_or_add_pPr().append(OxmlElement("w:bidi"))
        styles.add_style("Signatory", WD_STYLE_TYPE.PARAGRAPH).base_style = normal
        for level, size in _HEADING_SIZES.items():
            font = styles[f"Heading {level}"].font
            font.size, font.bold, font.color.rgb = Pt(size), True, RGBColor(0x1B, 0x1D, 0x23)
        styles["Heading 1"].paragraph_format.space_after = Pt(10)
        settings = document.settings.element
        note_settings = parse_xml(
            f'<w:footnotePr {nsdecls("w")}><w:footnote w:id="0"/><w:footnote w:id="1"/></w:footnotePr>'
        )
        before = settings.find(qn("w:compat"))
        if before is not None:  # the schema has an order
            before.addprevious(note_settings)
        else:
            settings.append(note_settings)

    def languages(self, properties: Any) -> None:
        found = properties.find(qn("w:lang"))
        lang = found if found is not None else OxmlElement("w:lang")
        tag = REGIONS.get(self.lang, self.sheet.language)
        lang.set(qn("w:val"), tag if self.lang not in EAST_ASIAN else "en-GB")
        lang.set(qn("w:eastAsia"), tag if self.lang in EAST_ASIAN else "ko-KR")
        if self.lang in RIGHT_TO_LEFT:
            lang.set(qn("w:bidi"), tag)
        if found is None:
            properties.append(lang)

    def faces(self, properties: Any, latin: str) -> None:
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # a theme's font would win
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), latin)
        fonts.set(qn("w:eastAsia"), EAST_ASIAN.get(self.lang, EAST_ASIAN["ko"]))

    def packed(self) -> bytes:
        """The archive with the same times in it, whenever it is written."""
        raw = io.BytesIO()
        self.document.save(raw)
        out = io.BytesIO()
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                info = zipfile.ZipInfo(name, _FIXED)
                info.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(info, source.read(name))
        return out.getvalue()

    # --- Blocks -----------------------------------------------------------------------------------------------
    def small(
        self, text: str, *, size: float = 9, bold: bool = False, color: RGBColor | None = MUTED, into: Any = None
    ) -> None:
        paragraph = (into or self.document).add_paragraph()
        paragraph.paragraph_format.space_after = Pt(3)
        run = paragraph.add_run(printable(text))
        run.font.size, run.bold = Pt(size), bold or None
        self.faces(run._r.get_or_add_rPr(), SANS)
        if color is not None:
            run.font.color.rgb = color

    def blocks(self, nodes: list[Node], into: Any, *, style: str | None = None, indent: int = 0) -> None:
        for node in nodes:
            match node["type"]:
                case "paragraph":
                    paragraph = into.add_paragraph(style=style)
                    if indent and style in (None, "Quote"):
                        paragraph.paragraph_format.left_indent = Mm(7 * indent)
                    self.inlines(node["content"], paragraph._p)
                case "heading":
                    heading = into.add_heading(level=min(node["level"], 3))
                    self.inlines(node["content"], heading._p)
                case "list":
                    for number, item in enumerate(node["items"], node["start"]):
                        self.item(item, into, f"{number}." if node["ordered"] else "–", indent + 1)
                case "quote":
                    self.blocks(node["content"], into, style="Quote", indent=indent + 1)
                case "code":
                    run = into.add_paragraph().add_run(node["text"])
                    self.faces(run._r.get_or_add_rPr(), MONO)
                case _:
                    into.add_paragraph("* * *").alignment = 1

    def item(self, blocks: list[Node], into: Any, mark: str, indent: int) -> None:
        """An item with its number as it was written: Word's own numbering would begin anew or run on."""
        first = True
        for node in blocks:
            if node["type"] != "paragraph":
                self.blocks([node], into, indent=indent)
                continue
            paragraph = into.add_paragraph()
            form = paragraph.paragraph_format
            form.left_indent, form.first_line_indent = Mm(7 * indent), Mm(-7) if first else None
            if first:
                form.tab_stops.add_tab_stop(Mm(7 * indent))
                paragraph.add_run(f"{mark}\t")
            self.inlines(node["content"], paragraph._p)
            first = False

    # --- Words ------------------------------------------------------------------------------------------------
    def inlines(
        self, nodes: list[Node], parent: Any, *, marks: frozenset[str] = frozenset(), note: bool = False
    ) -> None:
        for node in nodes:
            match node["type"]:
                case "text":
                    parent.append(self.run(node["text"], marks))
                case "code_span":
                    parent.append(self.run(node["text"], marks | {"code"}))
                case "emphasis" | "strong":
                    self.inlines(node["content"], parent, marks=marks | {node["type"]}, note=note)
                case "link":
                    part = self.notes if note else self.document.part
                    link = OxmlElement("w:hyperlink")
                    link.set(qn("r:id"), part.relate_to(node["url"], RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
                    self.inlines(node["content"], link, marks=marks | {"link"}, note=note)
                    parent.append(link)
                case "footnote" if note:
                    self.note_in_note(node, parent, marks)
                case "footnote":
                    if "touches" in node:
                        parent.append(self.run(",", frozenset({"raised"})))
                    self.reference(node, parent)
                case _:
                    run = OxmlElement("w:r")
                    run.append(OxmlElement("w:br"))
                    parent.append(run)

    def run(self, text: str, marks: frozenset[str] = frozenset()) -> Any:
        run = OxmlElement("w:r")
        if marks:
            properties = OxmlElement("w:rPr")
            if "code" in marks:
                fonts = OxmlElement("w:rFonts")
                for script in ("ascii", "hAnsi", "cs"):
                    fonts.set(qn(f"w:{script}"), MONO)
                properties.append(fonts)
            for mark, element in (("strong", "w:b"), ("emphasis", "w:i")):
                if mark in marks:
                    properties.append(OxmlElement(element))
            if "link" in marks:
                underline = OxmlElement("w:u")
                underline.set(qn("w:val"), "single")
                properties.append(underline)
            if "raised" in marks:
                raised = OxmlElement("w:vertAlign")
                raised.set(qn("w:val"), "superscript")
                properties.append(raised)
            run.append(properties)
        words = OxmlElement("w:t")
        words.text = text
        words.set(qn("xml:space"), "preserve")
        run.append(words)
        return run

    def reference(self, node: Node, parent: Any) -> None:
        """The first reference carries the note; a later one is its number, and leads there."""
        if node["occurrence"] > 1:
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), f"note_{node['number']}")
            link.append(self.run(str(node["number"]), frozenset({"raised"})))
            parent.append(link)
            return
        self.bookmarks += 1
        begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        begin.set(qn("w:id"), str(self.bookmarks))
        begin.set(qn("w:name"), f"note_{node['number']}")
        end.set(qn("w:id"), str(self.bookmarks))
        run = self.run("", frozenset({"raised"}))
        run.remove(run.find(qn("w:t")))
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(FIRST_NOTE + node["number"] - 1))
        run.append(mark)
        for element in (begin, run, end):
            parent.append(element)

    def note_in_note(self, node: Node, parent: Any, marks: frozenset[str]) -> None:
        """Word has no notes to notes: the words stand in brackets, and a further reference is a number."""
        content = node.get("content") or []
        if node["occurrence"] > 1 or not content:
            comma = "," if "touches" in node else ""
            parent.append(self.run(f"{comma}{node['number']}", marks | {"raised"}))
            return
        parent.append(self.run(" [", marks))
        for position, block in enumerate(content):
            if position:
                parent.append(self.run(" ", marks))
            self.inlines(block.get("content", []), parent, marks=marks, note=True)
        parent.append(self.run("]", marks))

    # --- Notes ------------------------------------------------------------------------------------------------
    def write_notes(self, tree: list[Node]) -> None:
        """The part that holds the footnotes; those that stand inside notes are written there."""
        root = parse_xml(
            f"<w:footnotes {nsdecls('w', 'r')}>"
            '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
            '<w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
            "</w:footnote></w:footnotes>"
        )
        cited = _cited_in_the_text(tree)
        for first, _count in footnotes(tree):
            if first["number"] not in cited:
                continue
            note = OxmlElement("w:footnote")
            note.set(qn("w:id"), str(FIRST_NOTE + first["number"] - 1))
            for position, text in enumerate(_lines(first["content"]) or [[]]):
                paragraph = OxmlElement("w:p")
                if position == 0:
                    mark = self.run("", frozenset({"raised"}))
                    mark.remove(mark.find(qn("w:t")))
                    mark.append(OxmlElement("w:footnoteRef"))
                    paragraph.append(mark)
                    paragraph.append(self.run(" "))
                self.inlines(text, paragraph, note=True)
                note.append(paragraph)
            root.append(note)
        self.notes._blob = serialize_part_xml(root)

    # --- Signatories ------------------------------------------------------------------------------------------
    def signatories(self) -> None:
        sheet = self.sheet
        if not (sheet.signatories or sheet.further_signatories or sheet.signatories_notes):
            return
        if sheet.signatories_heading:
            self.document.add_heading(printable(sheet.signatories_heading), 2)
        self.names(sheet.signatories)
        for heading, names in sheet.further_signatories:
            self.document.add_heading(printable(heading), 3)
            self.names(names)
        for sentence in sheet.signatories_notes:
            self.document.add_paragraph(printable(sentence))

    def names(self, signatories: Any) -> None:
        for signatory in signatories:
            self.name(signatory)

    def name(self, signatory: Signatory) -> None:
        paragraph = self.document.add_paragraph(style="Signatory")
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.add_run(printable(signatory.name))
        if signatory.note:
            note = paragraph.add_run(f"\t{printable(signatory.note)}")
            note.font.size, note.font.color.rgb = Pt(9), MUTED


def _cited_in_the_text(tree: list[Node]) -> set[int]:
    """The numbers of notes whose first reference stands in the text itself, not in another note."""
    found: set[int] = set()
    stack = list(tree)
    while stack:
        node = stack.pop()
        if node["type"] == "footnote":
            found.add(node["number"])
            continue
        stack += node.get("content", [])
        for item in node.get("items", []):
            stack += item
    return found


def _lines(blocks: list[Node]) -> list[list[Node]]:
    """The paragraphs of a note, whatever they stand in."""
    lines: list[list[Node]] = []
    for block in blocks:
        if block["type"] in ("paragraph", "heading"):
            lines.append(block["content"])
        elif block["type"] == "list":
            for item in block["items"]:
                lines += _lines(item)
        elif block["type"] == "quote":
            lines += _lines(block["content"])
        elif block["type"] == "code":
            lines.append([{"type": "code_span", "text": block["text"]}])
    return lines
