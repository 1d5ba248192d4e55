"""The doors of the statements room: the life of a text, invitations, co-signing, and asking for release."""

from statements.services.cosigning import cosign, decline, open_invitation
from statements.services.hiding import hide_names, letters_that_wait, show_names
from statements.services.inviting import invite_delegate, invite_organizations
from statements.services.lifecycle import (
    close_cosigning,
    lock_version,
    new_version,
    note_writer,
    open_for_cosigning,
    publish_statement,
)
from statements.services.releasing import request_release

__all__ = [
    "close_cosigning",
    "cosign",
    "decline",
    "hide_names",
    "invite_delegate",
    "invite_organizations",
    "letters_that_wait",
    "lock_version",
    "new_version",
    "note_writer",
    "open_for_cosigning",
    "open_invitation",
    "publish_statement",
    "request_release",
    "show_names",
]
