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
from petitions.services.hiding import hide_names, show_names
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
from petitions.services.milestones import reach_milestones, settle_milestone
from petitions.services.signing import check_confirmable, confirm_signature, find_signature, sign_petition
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
    "approve_comment",
    "archive_petition",
    "audit_signature_counts",
    "challenge_for",
    "check_challenge",
    "check_confirmable",
    "close_due_petitions",
    "close_petition",
    "comments",
    "confirm_signature",
    "count_trapped",
    "deliver_petition",
    "extend_petition",
    "find_signature",
    "hide_names",
    "is_challenged",
    "mail_updates",
    "note_update_writer",
    "note_writer",
    "progress_of",
    "publish_petition",
    "publish_update",
    "reach_milestones",
    "recipients_of",
    "refresh_signature_counts",
    "refuse_comment",
    "send_back_petition",
    "send_back_update",
    "set_challenge",
    "set_duty_of_care",
    "settle_milestone",
    "show_names",
    "sign_petition",
    "stop_update_mails",
    "stop_updates_to",
    "submit_petition",
    "submit_update",
    "trapped_count",
]
