"""Offices, templates, releases, letters and what came back, routes and sessions, at the desk."""

from letters.admin.dispatches import DispatchAdmin
from letters.admin.follow_ups import FollowUpAdmin
from letters.admin.inbound import InboundMailAdmin
from letters.admin.letters import LetterAdmin
from letters.admin.recipients import LetterTemplateAdmin, RecipientAdmin
from letters.admin.releases import ReleaseAdmin
from letters.admin.replies import ReplyAdmin
from letters.admin.routes import RouteAdmin, RouteConflictAdmin
from letters.admin.sessions import SessionAdmin
from letters.admin.submissions import SubmissionAdmin

__all__ = [
    "DispatchAdmin",
    "FollowUpAdmin",
    "InboundMailAdmin",
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
