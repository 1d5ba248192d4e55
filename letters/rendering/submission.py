"""Submissions to bodies as PDF and as a Word file: title with its note, who submits it, the text, what is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx.enum.text import WD_BREAK
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from letters.rendering.docx import FIRST_NOTE, Writer
from letters.rendering.pdf import TEMPLATES, TextSheet, page_pdf
from letters.rendering.tree import Node, document_tree, footnotes, printable
from letters.rendering.typesetting import outlined

TITLE_MARK = "*"


@dataclass(frozen=True, kw_only=True)
class Sponsors:
    """Names under one heading; "" where all stand together."""

    heading: str
    names: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class SubmissionSheet:
    """All that stands on a submission. Strings are printed as they are, but body is Markdown."""

    language: str
    dated_at: datetime
    publisher: str
    kind_label: str
    title: str
    title_note: str = ""  # who has no status, and shares the views
    submitted_by: str
    sponsors: Sequence[Sponsors]
    body: str
    elements_heading: str = ""
    elements: Sequence[tuple[str, str]] = ()  # (what the body asks for, the answer)
    remarks: Sequence[tuple[str, str]] = ()  # (label, value)
    digest: str
    notice: str | None = None


def submission_pdf(sheet: SubmissionSheet) -> bytes:
    """Return the submission as a tagged PDF. Characters that no font here has are printed as U+FFFD."""
    source = (TEMPLATES / "submission.typ").read_bytes()
    data = vars(sheet) | {
        "author": sheet.publisher,
        "foot": [f"SHA-256 {sheet.digest}"],
        "sponsors": [vars(group) for group in sheet.sponsors],
        "exact": True,
    }
    return page_pdf(source, data)


def submission_docx(sheet: SubmissionSheet) -> bytes:
    """Return the submission as a Word file with real footnotes; the note of the title is marked with a star."""
    if sheet.dated_at.tzinfo is None:
        raise ValueError("dated_at must be aware: the time in a file is an instant.")
    text = TextSheet(
        language=sheet.language,
        dated_at=sheet.dated_at,
        publisher=sheet.publisher,
        kind_label=sheet.kind_label,
        title=sheet.title,
        meta=sheet.remarks,
        body=sheet.body,
        digest=sheet.digest,
        notice=sheet.notice,
    )
    return _SubmissionWriter(text, sheet).written()


class _SubmissionWriter(Writer):
    def __init__(self, text: TextSheet, submission: SubmissionSheet):
        super().__init__(text)
        self.submission = submission
        self.title_note_id = 0

    def written(self) -> bytes:
        submission, document = self.submission, self.document
        self.set_up()
        if submission.notice:
            self.small(submission.notice)
        self.small(submission.kind_label)
        tree = outlined(document_tree(submission.body))
        title = document.add_heading(printable(submission.title), 1)
        if submission.title_note:
            self.title_note_id = FIRST_NOTE + len(footnotes(tree))
            self.mark_title(title._p)
        document.add_paragraph().add_run(printable(submission.submitted_by)).bold = True
        for group in submission.sponsors:
            paragraph = document.add_paragraph()
            if group.heading:
                paragraph.add_run(f"{printable(group.heading)}: ").italic = True
            paragraph.add_run(printable("; ".join(group.names)))
        self.blocks(tree, document)
        self.elements()
        self.small(f"SHA-256 {submission.digest}")
        self.write_notes(tree)
        return self.packed()

    def mark_title(self, title: Any) -> None:
        """A reference with a mark of its own: the numbers of the other notes begin at 1 all the same."""
        run = self.run(TITLE_MARK, frozenset({"raised"}))
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:customMarkFollows"), "1")
        mark.set(qn("w:id"), str(self.title_note_id))
        run.find(qn("w:t")).addprevious(mark)
        title.append(run)

    def elements(self) -> None:
        submission, document = self.submission, self.document
        if not submission.elements and not submission.remarks:
            return
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_heading(printable(submission.elements_heading), 2)
        for label, value in submission.elements:
            document.add_heading(printable(label), 3)
            for line in value.split("\n"):
                document.add_paragraph(printable(line))
        for label, value in submission.remarks:
            self.small(f"{label}: {value}")

    def write_notes(self, tree: list[Node]) -> None:
        super().write_notes(tree)
        if not self.submission.title_note:
            return
        root = parse_xml(self.notes.blob)
        note, paragraph = OxmlElement("w:footnote"), OxmlElement("w:p")
        note.set(qn("w:id"), str(self.title_note_id))
        paragraph.append(self.run(TITLE_MARK, frozenset({"raised"})))
        paragraph.append(self.run(f" {printable(self.submission.title_note)}"))
        note.append(paragraph)
        root.append(note)
        self.notes._blob = serialize_part_xml(root)
