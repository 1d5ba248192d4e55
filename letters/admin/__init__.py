"""Offices, templates, releases, letters and what came back, at the desk."""

from letters.admin.letters import DispatchAdmin, LetterAdmin, ReplyAdmin
from letters.admin.recipients import LetterTemplateAdmin, RecipientAdmin
from letters.admin.releases import ReleaseAdmin

__all__ = [
    "DispatchAdmin",
    "LetterAdmin",
    "LetterTemplateAdmin",
    "RecipientAdmin",
    "ReleaseAdmin",
    "ReplyAdmin",
]
