"""Petitions and their signatures at the desk."""

from petitions.admin.comment import CommentAdmin
from petitions.admin.milestone import MilestoneAdmin
from petitions.admin.petition import PetitionAdmin
from petitions.admin.signature import SignatureAdmin
from petitions.admin.update import UpdateAdmin

__all__ = ["CommentAdmin", "MilestoneAdmin", "PetitionAdmin", "SignatureAdmin", "UpdateAdmin"]
