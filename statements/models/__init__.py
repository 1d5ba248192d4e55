"""What organizations say together, in numbered versions, and who put their name to which."""

from statements.models.answers import PersonalSignature, Question, Reminder
from statements.models.cosignature import CoSignature, Invitation, ReportedSignatory
from statements.models.news import NewsChoice
from statements.models.press import PressImage, PressText, Preview, PreviewView, Quote
from statements.models.proposed_edit import ProposedEdit
from statements.models.publication import Erratum, Proposal
from statements.models.statement import Statement, Translation, Version
from statements.models.version_change import VersionChange

__all__ = [
    "CoSignature",
    "Erratum",
    "Invitation",
    "NewsChoice",
    "PersonalSignature",
    "PressImage",
    "PressText",
    "Preview",
    "PreviewView",
    "Proposal",
    "ProposedEdit",
    "Question",
    "Quote",
    "Reminder",
    "ReportedSignatory",
    "Statement",
    "Translation",
    "Version",
    "VersionChange",
]
