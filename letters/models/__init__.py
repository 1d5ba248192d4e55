"""To whom, what, when, and what came back."""

from letters.models.coding import CodedReply
from letters.models.letter import Dispatch, Letter, Reply
from letters.models.recipient import FormOfAddress, LetterTemplate, Recipient
from letters.models.release import Release

__all__ = ["CodedReply", "Dispatch", "FormOfAddress", "Letter", "LetterTemplate", "Recipient", "Release", "Reply"]
