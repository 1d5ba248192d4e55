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
from petitions.services.signing import check_confirmable, confirm_signature, find_signature, sign_petition

__all__ = [
    "audit_signature_counts",
    "challenge_for",
    "check_challenge",
    "check_confirmable",
    "close_petition",
    "confirm_signature",
    "count_trapped",
    "find_signature",
    "hide_names",
    "is_challenged",
    "note_writer",
    "publish_petition",
    "refresh_signature_counts",
    "send_back_petition",
    "set_challenge",
    "show_names",
    "sign_petition",
    "submit_petition",
    "trapped_count",
]
