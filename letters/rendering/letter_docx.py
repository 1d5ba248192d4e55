"""Letters as Word files, for offices that take nothing else: the same sheet as the PDF, in the order it is read."""

from typing import Any

from docx.shared import Mm, Pt

from letters.rendering.docx import SEAL, Writer
from letters.rendering.pdf import LetterSheet, TextSheet
from letters.rendering.tree import document_tree, printable
from letters.rendering.typesetting import outlined, with_apostrophes


def letter_docx(letter: LetterSheet) -> bytes:
    """Return the letter as a Word file: head, address, subject as title, body with real footnotes, signatories."""
    if letter.dated_at.tzinfo is None:
        raise ValueError("dated_at must be aware: the time in a file is an instant.")
    return _LetterWriter(letter).written()


class _LetterWriter(Writer):
    def __init__(self, letter: LetterSheet):
        self.letter = letter
        super().__init__(
            TextSheet(
                language=letter.language,
                dated_at=letter.dated_at,
                publisher=letter.sender_name,
                kind_label="",
                title=letter.subject,
                body=letter.body,
                signatories_heading=letter.signatories_heading,
                signatories=letter.signatories,
                digest=letter.reference,
                notice=letter.notice,
            )
        )

    def written(self) -> bytes:
        letter = self.letter
        self.set_up()
        if letter.notice:
            self.small(letter.notice, color=SEAL)
        self.small(letter.sender_name, size=13, bold=True, color=None)
        for line in letter.sender_lines:
            self.small(line)
        self.lines(letter.envelope_lines, above=24)
        self.small(" · ".join(part for part in (letter.date, letter.reference) if part), size=10, color=None)
        self.document.add_heading(self.typed(letter.subject), 1)
        self.paragraph(letter.salutation)
        tree = with_apostrophes(outlined(document_tree(letter.body)))
        self.blocks(tree, self.document)
        self.paragraph(letter.closing).paragraph_format.space_after = Mm(15)
        if letter.signer_name:
            self.paragraph(letter.signer_name).paragraph_format.space_after = Pt(2)
        for line in letter.signer_lines:
            self.small(line)
        self.signatories()
        for line in letter.footer_lines:
            self.small(line)
        self.write_notes(tree)
        return self.packed()

    def lines(self, lines: Any, *, above: float) -> None:
        """One paragraph of several lines."""
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(above), Pt(18)
        for number, line in enumerate(lines):
            run = paragraph.add_run(self.typed(line))
            if number < len(lines) - 1:
                run.add_break()

    def paragraph(self, words: str) -> Any:
        return self.document.add_paragraph(self.typed(words))

    @staticmethod
    def typed(words: str) -> str:
        return str(with_apostrophes(printable(words)))
