"""Offices, templates, releases, letters and what came back, at the desk."""

from letters.admin.follow_ups import FollowUpAdmin
from letters.admin.inbound import InboundMailAdmin
from letters.admin.letters import DispatchAdmin, LetterAdmin
from letters.admin.recipients import LetterTemplateAdmin, RecipientAdmin
from letters.admin.releases import ReleaseAdmin
from letters.admin.replies import ReplyAdmin

__all__ = [
    "DispatchAdmin",
    "FollowUpAdmin",
    "InboundMailAdmin",
    "LetterAdmin",
    "LetterTemplateAdmin",
    "RecipientAdmin",
    "ReleaseAdmin",
    "ReplyAdmin",
]
