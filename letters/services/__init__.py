"""The doors of the letters room: asking for a release, deciding, stopping, carrying, and what came back."""

from letters.services.answering import publish_reply, record_reply, take_back_reply
from letters.services.carrying import record_dispatch
from letters.services.coding import Code, code_reply, tell_of_visibility
from letters.services.deciding import approve_release, send_back_release, stop_release
from letters.services.fallback import MAY_CHANGE, carry_on, set_aside, ways_left
from letters.services.following import text_public_at, text_withdrawn
from letters.services.following_up import (
    coalition_day,
    end_follow_ups,
    next_follow_up,
    note_follow_up,
    open_follow_ups,
    set_follow_up_days,
)
from letters.services.importing import import_offices, plan_offices
from letters.services.offices import delete_office, note_change, verify_office
from letters.services.proving import add_proof, hand_out_proof
from letters.services.receiving import UPLOAD, is_known, note_too_large, take_in
from letters.services.requesting import new_release, request_release
from letters.services.settling import confirm_arrival, send_again
from letters.services.sorting_mail import assign_mail, record_mail, set_mail_aside, take_mail_up, upload_mail
from letters.services.testing import send_test_copy

__all__ = [
    "MAY_CHANGE",
    "UPLOAD",
    "Code",
    "add_proof",
    "approve_release",
    "assign_mail",
    "carry_on",
    "coalition_day",
    "code_reply",
    "confirm_arrival",
    "delete_office",
    "end_follow_ups",
    "hand_out_proof",
    "import_offices",
    "is_known",
    "new_release",
    "next_follow_up",
    "note_change",
    "note_follow_up",
    "note_too_large",
    "open_follow_ups",
    "plan_offices",
    "publish_reply",
    "record_dispatch",
    "record_mail",
    "record_reply",
    "request_release",
    "send_again",
    "send_back_release",
    "send_test_copy",
    "set_aside",
    "set_follow_up_days",
    "set_mail_aside",
    "stop_release",
    "take_back_reply",
    "take_in",
    "take_mail_up",
    "tell_of_visibility",
    "text_public_at",
    "text_withdrawn",
    "upload_mail",
    "verify_office",
    "ways_left",
]
