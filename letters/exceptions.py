"""Refusals of the letters room, each with a sentence for staff."""


class LettersError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class ReleaseRefused(LettersError):
    """The release cannot be requested, approved or stopped as asked."""


class CopyIncomplete(LettersError):
    """A recipient's copy cannot be written: no address, no form of address, or a value is missing."""


class OfficeRefused(LettersError):
    """The register of offices cannot be changed like this."""


class ImportRefused(LettersError):
    """A file of offices cannot be read, or not any more."""


class RuleRefused(LettersError):
    """A version of a route's rule that cannot stand beside the others; `field` is where it went wrong."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


class SubmissionRefused(LettersError):
    """What the body itself would refuse, or a submission that is not in that state."""
