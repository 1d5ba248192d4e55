"""Markdown and placeholders in; HTML, plain text and PDF out. Knows no model and no setting."""

from letters.rendering.markdown import plain_text, render_markdown
from letters.rendering.pdf import LetterSheet, Signatory, TextSheet, letter_pdf, text_pdf
from letters.rendering.placeholders import BrokenPlaceholder, MissingPlaceholder, fill, fill_line, placeholders_in
from letters.rendering.tree import document_tree

__all__ = [
    "BrokenPlaceholder",
    "LetterSheet",
    "MissingPlaceholder",
    "Signatory",
    "TextSheet",
    "document_tree",
    "fill",
    "fill_line",
    "letter_pdf",
    "placeholders_in",
    "plain_text",
    "render_markdown",
    "text_pdf",
]
