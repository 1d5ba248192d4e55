"""The doors of the letters room: asking for a release, deciding, stopping, carrying, and recording what came back."""

from letters.services.carrying import record_dispatch, record_reply
from letters.services.coding import Code, code_reply, tell_of_visibility
from letters.services.deciding import approve_release, send_back_release, stop_release
from letters.services.requesting import preview_copies, request_release
from letters.services.settling import confirm_arrival, send_again

__all__ = [
    "Code",
    "approve_release",
    "code_reply",
    "confirm_arrival",
    "preview_copies",
    "record_dispatch",
    "record_reply",
    "request_release",
    "send_again",
    "send_back_release",
    "stop_release",
    "tell_of_visibility",
]
