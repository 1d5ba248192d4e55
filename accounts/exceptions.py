"""Refusals of the accounts room, each with a sentence for the person who meets it."""


class AccountsError(Exception):
    """Something that may not be done, said so that the person can act on it."""


class WrongCode(AccountsError):
    """The sign-in code is wrong, used or expired."""


class TooManyTries(AccountsError):
    """Guessing is slowed down for this address or network."""
