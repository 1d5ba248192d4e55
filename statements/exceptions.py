"""Refusals of the statements room, each with a sentence for the delegate or for staff."""


class StatementsError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class TransitionRefused(StatementsError):
    """The statement's state does not allow this step, or not to this person."""


class TextChanged(StatementsError):
    """The text is no longer the one this person read."""


class SigningRefused(StatementsError):
    """This person cannot sign this text for this organization now."""


class AnswerRefused(StatementsError):
    """A question, a request for time or another answer cannot be taken now."""
