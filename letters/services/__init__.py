"""The doors of the letters room: asking for a release, deciding, stopping, carrying, and recording what came back."""

from letters.services.carrying import record_dispatch, record_reply
from letters.services.deciding import approve_release, send_back_release, stop_release
from letters.services.following import text_public_at, text_withdrawn
from letters.services.requesting import new_release, preview_copies, request_release
from letters.services.settling import confirm_arrival, send_again
from letters.services.testing import send_test_copy

__all__ = [
    "approve_release",
    "confirm_arrival",
    "new_release",
    "preview_copies",
    "record_dispatch",
    "record_reply",
    "request_release",
    "send_again",
    "send_back_release",
    "send_test_copy",
    "stop_release",
    "text_public_at",
    "text_withdrawn",
]
