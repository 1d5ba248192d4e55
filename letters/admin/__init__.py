"""Offices, templates, releases, letters and what came back, routes and sessions, at the desk."""

from letters.admin.dispatches import DispatchAdmin
from letters.admin.letters import LetterAdmin, ReplyAdmin
from letters.admin.recipients import LetterTemplateAdmin, RecipientAdmin
from letters.admin.releases import ReleaseAdmin
from letters.admin.routes import RouteAdmin, RouteConflictAdmin
from letters.admin.sessions import SessionAdmin
from letters.admin.submissions import SubmissionAdmin

__all__ = [
    "DispatchAdmin",
    "LetterAdmin",
    "LetterTemplateAdmin",
    "RecipientAdmin",
    "ReleaseAdmin",
    "ReplyAdmin",
    "RouteAdmin",
    "RouteConflictAdmin",
    "SessionAdmin",
    "SubmissionAdmin",
]
