"""The doors of the statements room: the life of a text, invitations, co-signing, and asking for release."""

from statements.services.answering import (
    answer_question,
    ask_for_time,
    ask_question,
    forward_request,
    say_unable,
)
from statements.services.authority import authorities_for, send_final_copies, sign_by_authority
from statements.services.confirming import confirm_cosignature, refuse_cosignature
from statements.services.cosigning import cosign, decline, open_invitation
from statements.services.hiding import hide_names, letters_that_wait, show_names
from statements.services.inviting import accept_delegate_request, invite_delegate, invite_organizations
from statements.services.lifecycle import (
    close_cosigning,
    lock_version,
    new_version,
    note_writer,
    open_for_cosigning,
    publish_statement,
)
from statements.services.personal import answer_no, find_personal, invite_person, sign_personally
from statements.services.reconsent import version_changed
from statements.services.releasing import request_release
from statements.services.reminding import remind_the_silent, write_drafter_digests
from statements.services.withdrawing import copies_out, note_recipients_told, withdraw, withdraw_for

__all__ = [
    "accept_delegate_request",
    "answer_no",
    "answer_question",
    "ask_for_time",
    "ask_question",
    "authorities_for",
    "close_cosigning",
    "confirm_cosignature",
    "copies_out",
    "cosign",
    "decline",
    "find_personal",
    "forward_request",
    "hide_names",
    "invite_delegate",
    "invite_organizations",
    "invite_person",
    "letters_that_wait",
    "lock_version",
    "new_version",
    "note_recipients_told",
    "note_writer",
    "open_for_cosigning",
    "open_invitation",
    "publish_statement",
    "refuse_cosignature",
    "remind_the_silent",
    "request_release",
    "say_unable",
    "send_final_copies",
    "show_names",
    "sign_by_authority",
    "sign_personally",
    "version_changed",
    "withdraw",
    "withdraw_for",
    "write_drafter_digests",
]
