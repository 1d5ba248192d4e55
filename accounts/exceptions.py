"""Refusals of the accounts room, each with a sentence for the person who meets it."""

from django.utils.translation import gettext as _


class AccountsError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class WrongCode(AccountsError):
    """The sign-in code is wrong, used or expired."""


class TooManyTries(AccountsError):
    """Guessing is slowed down for this address or network."""


class AuditIsFixed(AccountsError):
    """Somebody tried to change or delete a line of the audit or a link of its chain."""

    def __init__(self) -> None:
        super().__init__(_("The audit is only ever added to: nothing in it can be changed or deleted."))


class PersonalDataInAudit(AccountsError):
    """A line of the audit would have held what looks like personal data; the message names act and place only."""


class WrongPassword(AccountsError):
    """The password given to prove who is at the keyboard is not the person's."""


class FactorRefused(AccountsError):
    """A second factor cannot be added, removed or reset so."""


class PasskeyRefused(AccountsError):
    """What the browser sent is not an answer of a passkey that we know."""


class LinkRefused(AccountsError):
    """A link from a mail is used, expired, taken back or unknown."""


class StaffRefused(AccountsError):
    """Something that an administrator may not do to this account."""


class ReasonMissing(AccountsError):
    """An act was asked for without the reason that the audit keeps of it."""

    def __init__(self) -> None:
        super().__init__(_("Please write the reason."))


class FileRefused(AccountsError):
    """A file that was uploaded cannot be read, or is not kept any more."""
