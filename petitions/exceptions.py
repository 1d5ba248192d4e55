"""Refusals of the petitions room, each with a sentence for the supporter."""


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


class TransitionRefused(PetitionsError):
    """Staff asked for a step that the petition's state does not allow."""
