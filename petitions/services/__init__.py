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
from petitions.services.importing import Plan, import_signatures, plan_import, take_out_import
from petitions.services.lifecycle import (
    close_petition,
    note_writer,
    publish_petition,
    send_back_petition,
    submit_petition,
)
from petitions.services.officials import note_progress
from petitions.services.partners import find_partner_link, links_of, make_partner_link, shown_total
from petitions.services.signing import check_confirmable, confirm_signature, find_signature, sign_petition

__all__ = [
    "Plan",
    "audit_signature_counts",
    "challenge_for",
    "check_challenge",
    "check_confirmable",
    "close_petition",
    "confirm_signature",
    "count_trapped",
    "find_partner_link",
    "find_signature",
    "hide_names",
    "import_signatures",
    "is_challenged",
    "links_of",
    "make_partner_link",
    "note_progress",
    "note_writer",
    "plan_import",
    "publish_petition",
    "refresh_signature_counts",
    "send_back_petition",
    "set_challenge",
    "show_names",
    "shown_total",
    "sign_petition",
    "submit_petition",
    "take_out_import",
    "trapped_count",
]
