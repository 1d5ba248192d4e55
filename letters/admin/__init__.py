"""Offices, templates, releases, letters and what came back, at the desk."""

from letters.admin.dispatches import DispatchAdmin
from letters.admin.letters import LetterAdmin, ReplyAdmin
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
