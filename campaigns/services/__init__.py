"""The doors of the campaigns room: who joins, in which state a member is, its logo and its delegates."""

from campaigns.services.applying import apply_to_join, confirm_application, find_application
from campaigns.services.authorizing import give_standing_authority, take_back_authority
from campaigns.services.delegating import ask_for_delegate, end_delegation, refuse_delegate_request
from campaigns.services.logos import remove_logo, set_logo
from campaigns.services.membership import (
    leave_organization,
    refuse_organization,
    suspend_organization,
    verify_organization,
)
from campaigns.services.outcomes import note_outcome_writer, publish_outcome
from campaigns.services.telling import mail_key, send_digest, send_due_digests, take_back_news, tell_news

__all__ = [
    "apply_to_join",
    "ask_for_delegate",
    "confirm_application",
    "end_delegation",
    "find_application",
    "give_standing_authority",
    "leave_organization",
    "mail_key",
    "note_outcome_writer",
    "publish_outcome",
    "refuse_delegate_request",
    "refuse_organization",
    "remove_logo",
    "send_digest",
    "send_due_digests",
    "set_logo",
    "suspend_organization",
    "take_back_authority",
    "take_back_news",
    "tell_news",
    "verify_organization",
]
