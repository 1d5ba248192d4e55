"""Petitions and their signatures at the desk, what protects them and what carries them further."""

from petitions.admin.comment import CommentAdmin
from petitions.admin.defence import InvalidationBatchAdmin, LimitRuleAdmin, ListEntryAdmin, ReportAdmin
from petitions.admin.handover import HandoverAdmin
from petitions.admin.imports import ImportBatchAdmin
from petitions.admin.milestone import MilestoneAdmin
from petitions.admin.officials import OfficialPetitionAdmin
from petitions.admin.partners import PartnerLinkAdmin
from petitions.admin.petition import PetitionAdmin
from petitions.admin.signature import SignatureAdmin
from petitions.admin.update import UpdateAdmin

__all__ = [
    "CommentAdmin",
    "HandoverAdmin",
    "ImportBatchAdmin",
    "InvalidationBatchAdmin",
    "LimitRuleAdmin",
    "ListEntryAdmin",
    "MilestoneAdmin",
    "OfficialPetitionAdmin",
    "PartnerLinkAdmin",
    "PetitionAdmin",
    "ReportAdmin",
    "SignatureAdmin",
    "UpdateAdmin",
]
