"""To whom, what, when, and what came back."""

from letters.models.follow_up import FollowUp
from letters.models.inbound import InboundFile, InboundMail, InboundOriginal
from letters.models.letter import Dispatch, Letter, Reply
from letters.models.recipient import FormOfAddress, LetterTemplate, Recipient
from letters.models.release import Release

__all__ = [
    "Dispatch",
    "FollowUp",
    "FormOfAddress",
    "InboundFile",
    "InboundMail",
    "InboundOriginal",
    "Letter",
    "LetterTemplate",
    "Recipient",
    "Release",
    "Reply",
]
