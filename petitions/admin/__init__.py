"""Petitions and their signatures at the desk, what protects them and what carries them further."""

from petitions.admin.defence import InvalidationBatchAdmin, LimitRuleAdmin, ListEntryAdmin, ReportAdmin
from petitions.admin.imports import ImportBatchAdmin
from petitions.admin.officials import OfficialPetitionAdmin
from petitions.admin.partners import PartnerLinkAdmin
from petitions.admin.petition import PetitionAdmin
from petitions.admin.signature import SignatureAdmin

__all__ = [
    "ImportBatchAdmin",
    "InvalidationBatchAdmin",
    "LimitRuleAdmin",
    "ListEntryAdmin",
    "OfficialPetitionAdmin",
    "PartnerLinkAdmin",
    "PetitionAdmin",
    "ReportAdmin",
    "SignatureAdmin",
]
