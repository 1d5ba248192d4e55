"""Texts and letters as HTML, plain text, PDF and DOCX. Plain functions: no model, no setting, no clock.

Markdown in the project is read here and nowhere else. A template with placeholders is filled
first (placeholders), then written out (markdown) or set on paper (pdf).
"""

from letters.rendering.docx import text_docx
from letters.rendering.letter_docx import letter_docx
from letters.rendering.markdown import plain_text, render_markdown
from letters.rendering.pdf import (
    LetterSheet,
    Signatory,
    TextSheet,
    letter_pdf,
    page_count,
    page_pdf,
    picture,
    text_pdf,
    unprintable,
)
from letters.rendering.placeholders import (
    BrokenPlaceholder,
    MissingPlaceholder,
    Mould,
    PlaceholderError,
    fill,
    fill_line,
    placeholders_in,
)
from letters.rendering.tree import document_tree, footnotes

__all__ = [
    "BrokenPlaceholder",
    "LetterSheet",
    "MissingPlaceholder",
    "Mould",
    "PlaceholderError",
    "Signatory",
    "TextSheet",
    "document_tree",
    "fill",
    "fill_line",
    "footnotes",
    "letter_docx",
    "letter_pdf",
    "page_count",
    "page_pdf",
    "picture",
    "placeholders_in",
    "plain_text",
    "render_markdown",
    "text_docx",
    "text_pdf",
    "unprintable",
]
