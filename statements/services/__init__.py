"""The doors of the statements room: the life of a text, invitations, co-signing, and asking for release."""

from statements.services.announcing import (
    correct_press,
)
from statements.services.answering import (
    answer_question,
    ask_for_time,
    ask_question,
    forward_request,
    say_unable,
)
from statements.services.arranging import (
    arrange_signatories,
    send_receipts_again,
)
from statements.services.authority import (
    authorities_for,
    send_final_copies,
    sign_by_authority,
)
from statements.services.commenting import (
    accept_edit,
    decline_edit,
    end_comments,
    open_comments,
    propose_edit,
    texts_open_for_comments,
)
from statements.services.confirming import (
    confirm_cosignature,
    refuse_cosignature,
)
from statements.services.cosigning import (
    cosign,
    decline,
    open_invitation,
)
from statements.services.hiding import (
    hide_names,
    letters_that_wait,
    show_names,
)
from statements.services.inviting import (
    accept_delegate_request,
    invite_delegate,
    invite_organizations,
)
from statements.services.lifecycle import (
    close_cosigning,
    open_for_cosigning,
    publish_statement,
)
from statements.services.personal import (
    answer_no,
    find_personal,
    invite_person,
    sign_personally,
)
from statements.services.press import (
    add_image,
    add_quote,
    approve_quote,
    remove_image,
    remove_quote,
    write_press_text,
)
from statements.services.previews import (
    give_preview,
    note_view,
    preview_of,
    revoke_preview,
)
from statements.services.publishing import (
    agree,
    lift_due_embargoes,
    propose,
    refuse,
    set_embargo,
)
from statements.services.reconsent import (
    version_changed,
)
from statements.services.releasing import (
    request_release,
)
from statements.services.reminding import (
    remind_the_silent,
    write_drafter_digests,
)
from statements.services.withdrawing import (
    copies_out,
    note_recipients_told,
    withdraw,
    withdraw_for,
)
from statements.services.wording import (
    lock_version,
    mark_reviewed,
    new_version,
    note_writer,
    save_courtesy,
)

__all__ = [
    "accept_delegate_request",
    "accept_edit",
    "add_image",
    "add_quote",
    "agree",
    "answer_no",
    "answer_question",
    "approve_quote",
    "arrange_signatories",
    "ask_for_time",
    "ask_question",
    "authorities_for",
    "close_cosigning",
    "confirm_cosignature",
    "copies_out",
    "correct_press",
    "cosign",
    "decline",
    "decline_edit",
    "end_comments",
    "find_personal",
    "forward_request",
    "give_preview",
    "hide_names",
    "invite_delegate",
    "invite_organizations",
    "invite_person",
    "letters_that_wait",
    "lift_due_embargoes",
    "lock_version",
    "mark_reviewed",
    "new_version",
    "note_recipients_told",
    "note_view",
    "note_writer",
    "open_comments",
    "open_for_cosigning",
    "open_invitation",
    "preview_of",
    "propose",
    "propose_edit",
    "publish_statement",
    "refuse",
    "refuse_cosignature",
    "remind_the_silent",
    "remove_image",
    "remove_quote",
    "request_release",
    "revoke_preview",
    "save_courtesy",
    "say_unable",
    "send_final_copies",
    "send_receipts_again",
    "set_embargo",
    "show_names",
    "sign_by_authority",
    "sign_personally",
    "texts_open_for_comments",
    "version_changed",
    "withdraw",
    "withdraw_for",
    "write_drafter_digests",
    "write_press_text",
]
