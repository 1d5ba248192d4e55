"""To whom, what, when, and what came back."""

from letters.models.carrying import FailedWay, Proof
from letters.models.coding import CodedReply
from letters.models.follow_up import FollowUp
from letters.models.holder import Holder
from letters.models.inbound import InboundFile, InboundMail, InboundOriginal
from letters.models.letter import Dispatch, Letter, Reply
from letters.models.recipient import FormOfAddress, LetterTemplate, Recipient
from letters.models.release import Release, ReleaseRecipient
from letters.models.route import Route, RouteConflict, RouteRule
from letters.models.session import Session
from letters.models.submission import Submission

__all__ = [
    "CodedReply",
    "Dispatch",
    "FailedWay",
    "FollowUp",
    "FormOfAddress",
    "Holder",
    "InboundFile",
    "InboundMail",
    "InboundOriginal",
    "Letter",
    "LetterTemplate",
    "Proof",
    "Recipient",
    "Release",
    "ReleaseRecipient",
    "Reply",
    "Route",
    "RouteConflict",
    "RouteRule",
    "Session",
    "Submission",
]
