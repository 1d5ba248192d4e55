"""Petitions and their signatures at the desk."""

from petitions.admin.defence import InvalidationBatchAdmin, LimitRuleAdmin, ListEntryAdmin, ReportAdmin
from petitions.admin.petition import PetitionAdmin
from petitions.admin.signature import SignatureAdmin

__all__ = [
    "InvalidationBatchAdmin",
    "LimitRuleAdmin",
    "ListEntryAdmin",
    "PetitionAdmin",
    "ReportAdmin",
    "SignatureAdmin",
]
