"""The doors of the statements room: the life of a text, invitations, co-signing, and asking for release."""

from statements.services.announcing import announce_publication, correct_press
from statements.services.arranging import arrange_signatories, send_receipts_again
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
from statements.services.press import (
    add_image,
    add_quote,
    approve_quote,
    remove_image,
    remove_quote,
    write_press_text,
)
from statements.services.previews import give_preview, note_view, preview_of, revoke_preview
from statements.services.publishing import agree, lift_due_embargoes, propose, refuse, set_embargo
from statements.services.releasing import request_release

__all__ = [
    "add_image",
    "add_quote",
    "agree",
    "announce_publication",
    "approve_quote",
    "arrange_signatories",
    "close_cosigning",
    "correct_press",
    "cosign",
    "decline",
    "give_preview",
    "hide_names",
    "invite_delegate",
    "invite_organizations",
    "letters_that_wait",
    "lift_due_embargoes",
    "lock_version",
    "new_version",
    "note_view",
    "note_writer",
    "open_for_cosigning",
    "open_invitation",
    "preview_of",
    "propose",
    "publish_statement",
    "refuse",
    "remove_image",
    "remove_quote",
    "request_release",
    "revoke_preview",
    "send_receipts_again",
    "set_embargo",
    "show_names",
    "write_press_text",
]
