"""The doors of the petitions room: signing, confirming, forgetting, counting, and the life of a petition."""

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
    close_petition,
    note_writer,
    publish_petition,
    send_back_petition,
    submit_petition,
)
from petitions.services.managing import (
    change_signature,
    disown_signature,
    erase_everything,
    signatures_of,
    state_digest,
    stop_updates,
    withdraw_signature,
)
from petitions.services.reminding import check_resendable, remind_pending, resend_confirmation
from petitions.services.signing import (
    check_confirmable,
    confirm_signature,
    find_signature,
    sign_petition,
    unsubscribe_url,
)

__all__ = [
    "audit_signature_counts",
    "challenge_for",
    "change_signature",
    "check_challenge",
    "check_confirmable",
    "check_resendable",
    "close_petition",
    "confirm_signature",
    "count_trapped",
    "disown_signature",
    "erase_everything",
    "find_signature",
    "hide_names",
    "is_challenged",
    "note_writer",
    "publish_petition",
    "refresh_signature_counts",
    "remind_pending",
    "resend_confirmation",
    "send_back_petition",
    "set_challenge",
    "show_names",
    "sign_petition",
    "signatures_of",
    "state_digest",
    "stop_updates",
    "submit_petition",
    "trapped_count",
    "unsubscribe_url",
    "withdraw_signature",
]
