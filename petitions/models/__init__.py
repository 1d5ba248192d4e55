"""What people say: petitions, signatures, their count, and what protects and spreads them."""

from petitions.models.consents import ConsentChange
from petitions.models.counting import CountChange, Kind, Milestone, Tally
from petitions.models.defence import InvalidationBatch, LimitRule, ListEntry, Report
from petitions.models.handover import HandedOver, Handover, HandoverFile
from petitions.models.petition import Petition, PetitionText
from petitions.models.reach import ImportBatch, OfficialPetition, PartnerLink
from petitions.models.signature import Comment, ConsentNotice, Signature
from petitions.models.updates import Update, UpdateText

__all__ = [
    "Comment",
    "ConsentChange",
    "ConsentNotice",
    "CountChange",
    "HandedOver",
    "Handover",
    "HandoverFile",
    "ImportBatch",
    "InvalidationBatch",
    "Kind",
    "LimitRule",
    "ListEntry",
    "Milestone",
    "OfficialPetition",
    "PartnerLink",
    "Petition",
    "PetitionText",
    "Report",
    "Signature",
    "Tally",
    "Update",
    "UpdateText",
]
