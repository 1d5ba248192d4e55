"""Refusals of the statements room, each with a sentence for the delegate or for staff."""

from collections.abc import Sequence
from typing import Any


class StatementsError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class TransitionRefused(StatementsError):
    """The statement's state does not allow this step, or not to this person."""


class TextChanged(StatementsError):
    """The text is no longer the one this person read."""


class SigningRefused(StatementsError):
    """This person cannot sign this text for this organization now."""


class LockRefused(TransitionRefused):
    """The check found what must be mended before the text can be locked; `findings` has all of it."""

    def __init__(self, message: str, findings: Sequence[Any]):
        super().__init__(message)
        self.findings = findings


class EditRefused(StatementsError):
    """This edit cannot be proposed, or not be taken over as it is."""


class AnswerRefused(StatementsError):
    """A question, a request for time or another answer cannot be taken now."""
