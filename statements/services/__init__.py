"""The doors of the statements room: the life of a text, invitations, co-signing, and asking for release."""

from statements.services.commenting import (
    accept_edit,
    decline_edit,
    end_comments,
    open_comments,
    propose_edit,
    texts_open_for_comments,
)
from statements.services.cosigning import cosign, decline, open_invitation
from statements.services.hiding import hide_names, letters_that_wait, show_names
from statements.services.inviting import invite_delegate, invite_organizations
from statements.services.lifecycle import close_cosigning, open_for_cosigning, publish_statement
from statements.services.releasing import request_release
from statements.services.wording import lock_version, mark_reviewed, new_version, note_writer, save_courtesy

__all__ = [
    "accept_edit",
    "close_cosigning",
    "cosign",
    "decline",
    "decline_edit",
    "end_comments",
    "hide_names",
    "invite_delegate",
    "invite_organizations",
    "letters_that_wait",
    "lock_version",
    "mark_reviewed",
    "new_version",
    "note_writer",
    "open_comments",
    "open_for_cosigning",
    "open_invitation",
    "propose_edit",
    "publish_statement",
    "request_release",
    "save_courtesy",
    "show_names",
    "texts_open_for_comments",
]
