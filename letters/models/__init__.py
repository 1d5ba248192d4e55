"""To whom, what, when, and what came back."""

from letters.models.letter import Dispatch, Letter, Reply
from letters.models.recipient import FormOfAddress, LetterTemplate, Recipient
from letters.models.release import Release
from letters.models.route import Route, RouteConflict, RouteRule
from letters.models.session import Session
from letters.models.submission import Submission

__all__ = [
    "Dispatch",
    "FormOfAddress",
    "Letter",
    "LetterTemplate",
    "Recipient",
    "Release",
    "Reply",
    "Route",
    "RouteConflict",
    "RouteRule",
    "Session",
    "Submission",
]
