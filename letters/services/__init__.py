"""The doors of the letters room: asking for a release, deciding, stopping, carrying, and recording what came back."""

from letters.services.carrying import record_dispatch, record_reply
from letters.services.deciding import approve_release, send_back_release, stop_release
from letters.services.fallback import MAY_CHANGE, carry_on, set_aside, ways_left
from letters.services.importing import import_offices, plan_offices
from letters.services.offices import delete_office, note_change, verify_office
from letters.services.proving import add_proof, hand_out_proof
from letters.services.requesting import preview_copies, request_release
from letters.services.settling import confirm_arrival, send_again

__all__ = [
    "MAY_CHANGE",
    "add_proof",
    "approve_release",
    "carry_on",
    "confirm_arrival",
    "delete_office",
    "hand_out_proof",
    "import_offices",
    "note_change",
    "plan_offices",
    "preview_copies",
    "record_dispatch",
    "record_reply",
    "request_release",
    "send_again",
    "send_back_release",
    "set_aside",
    "stop_release",
    "verify_office",
    "ways_left",
]
