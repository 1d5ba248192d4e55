"""Refusals of the petitions room, each with a sentence for the supporter."""

from datetime import datetime


class PetitionsError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class PetitionClosed(PetitionsError):
    """The petition does not take signatures or confirmations now."""


class SignatureStruckOut(PetitionsError):
    """The signature was withdrawn or struck out and cannot be confirmed."""


class SignatureChanged(PetitionsError):
    """The words of a pending signature are not those that the confirmation page showed."""


class LinkExpired(PetitionsError):
    """The link of the confirmation mail is older than it may be."""


class TooManySignatures(PetitionsError):
    """This network sent more than one place would."""


class ProofExpired(PetitionsError):
    """The proof of work belongs to a page that was opened too long ago."""


class WaitFirst(PetitionsError):
    """No proof of work came with the form: it is taken with `token`, from `opens_at` on."""

    def __init__(self, message: str, *, token: str, opens_at: datetime) -> None:
        super().__init__(message)
        self.token, self.opens_at = token, opens_at


class TransitionRefused(PetitionsError):
    """Staff asked for a step that the petition's state does not allow."""


class CommentGone(PetitionsError):
    """The signature no longer counts, so that its comment is not decided on."""


class ImportRefused(PetitionsError):
    """A file cannot be imported, or not any more."""


class PartnerLinkRefused(PetitionsError):
    """An organization cannot have a link of its own to this petition."""


class FormIsStale(PetitionsError):
    """The form shows what was changed meanwhile, so it decides nothing."""


class ResendClosed(PetitionsError):
    """No confirmation mail goes out for this petition just now."""
