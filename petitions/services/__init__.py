"""The doors of the petitions room: signing, confirming, forgetting, counting, and the life of a petition."""

from petitions.services.commenting import approve_comment, comments, refuse_comment
from petitions.services.counting import audit_signature_counts, refresh_signature_counts
from petitions.services.defence import (
    challenge_for,
    check_challenge,
    count_trapped,
    is_challenged,
    set_challenge,
    trapped_count,
)
from petitions.services.handing_over import freeze_handover, given_away, request_handover, take_file
from petitions.services.hiding import hide_names, show_names
from petitions.services.holding import calm_challenges, release_signature, restore_signature, strike_signature, sweep
from petitions.services.importing import Plan, import_signatures, plan_import, take_out_import
from petitions.services.invalidating import (
    begin_batch,
    cancel_batch,
    preview_batch,
    undo_batch,
    unfinished_batches,
    work_off_batch,
)
from petitions.services.lifecycle import (
    archive_petition,
    close_due_petitions,
    close_petition,
    deliver_petition,
    extend_petition,
    note_writer,
    publish_petition,
    send_back_petition,
    set_duty_of_care,
    submit_petition,
)
from petitions.services.lists import add_entry, end_entry
from petitions.services.managing import (
    change_signature,
    disown_signature,
    erase_everything,
    signatures_of,
    state_digest,
    stop_updates,
    withdraw_signature,
)
from petitions.services.milestones import reach_milestones, settle_milestone
from petitions.services.officials import note_progress
from petitions.services.partners import find_partner_link, links_of, make_partner_link, shown_total
from petitions.services.reminding import check_resendable, remind_pending, resend_confirmation
from petitions.services.reporting import decide_report, reopen_report, report_petition
from petitions.services.revealing import reveal_address
from petitions.services.signing import (
    check_confirmable,
    confirm_signature,
    find_signature,
    petition_to_sign,
    sign_petition,
)
from petitions.services.updating import (
    mail_updates,
    note_update_writer,
    progress_of,
    publish_update,
    recipients_of,
    send_back_update,
    stop_update_mails,
    stop_updates_to,
    submit_update,
)

__all__ = [
    "Plan",
    "add_entry",
    "approve_comment",
    "archive_petition",
    "audit_signature_counts",
    "begin_batch",
    "calm_challenges",
    "cancel_batch",
    "challenge_for",
    "change_signature",
    "check_challenge",
    "check_confirmable",
    "check_resendable",
    "close_due_petitions",
    "close_petition",
    "comments",
    "confirm_signature",
    "count_trapped",
    "decide_report",
    "deliver_petition",
    "disown_signature",
    "end_entry",
    "erase_everything",
    "extend_petition",
    "find_partner_link",
    "find_signature",
    "freeze_handover",
    "given_away",
    "hide_names",
    "import_signatures",
    "is_challenged",
    "links_of",
    "mail_updates",
    "make_partner_link",
    "note_progress",
    "note_update_writer",
    "note_writer",
    "petition_to_sign",
    "plan_import",
    "preview_batch",
    "progress_of",
    "publish_petition",
    "publish_update",
    "reach_milestones",
    "recipients_of",
    "refresh_signature_counts",
    "refuse_comment",
    "release_signature",
    "remind_pending",
    "reopen_report",
    "report_petition",
    "request_handover",
    "resend_confirmation",
    "restore_signature",
    "reveal_address",
    "send_back_petition",
    "send_back_update",
    "set_challenge",
    "set_duty_of_care",
    "settle_milestone",
    "show_names",
    "shown_total",
    "sign_petition",
    "signatures_of",
    "state_digest",
    "stop_update_mails",
    "stop_updates",
    "stop_updates_to",
    "strike_signature",
    "submit_petition",
    "submit_update",
    "sweep",
    "take_file",
    "take_out_import",
    "trapped_count",
    "undo_batch",
    "unfinished_batches",
    "withdraw_signature",
    "work_off_batch",
]
