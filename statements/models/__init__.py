"""What organizations say together, in numbered versions, and who put their name to which."""

from statements.models.cosignature import CoSignature, Invitation, ReportedSignatory
from statements.models.press import PressImage, PressText, Preview, PreviewView, Quote
from statements.models.publication import Erratum, Proposal
from statements.models.statement import Statement, Translation, Version

__all__ = [
    "CoSignature",
    "Erratum",
    "Invitation",
    "PressImage",
    "PressText",
    "Preview",
    "PreviewView",
    "Proposal",
    "Quote",
    "ReportedSignatory",
    "Statement",
    "Translation",
    "Version",
]
