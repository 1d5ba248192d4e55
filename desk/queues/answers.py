"""Mail that came in and waits for somebody, and letters that nobody answers: lines of the one query about mail."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from desk.queues.lines import Queue, age, counted, list_of
from letters.models import FollowUp, InboundMail

State = InboundMail.State


def asked() -> list[tuple[str, Any]]:
    """What is counted, and who may know it."""
    mails = InboundMail.objects
    return [
        ("letters.view_inboundmail", counted("came_in", mails.filter(state=State.NEW), "received_at")),
        ("letters.view_inboundmail", counted("parked", mails.filter(state=State.PARKED), "received_at")),
        ("letters.view_followup", counted("silent", FollowUp.objects.open(), "created_at")),
    ]


def line(kind: str, count: int, oldest: datetime, user: Any, now: datetime) -> Queue | None:
    """The line of one of these kinds; None for another kind."""
    if kind == "silent":
        url, mine = list_of("letters_followup"), user.has_perm("letters.change_followup")
        return Queue(_("Letters without an answer"), count, age(oldest, now), url, is_mine=mine)
    titles = {"came_in": _("Mails that came in"), "parked": _("Mails that fit no letter")}
    if kind not in titles:
        return None
    filters = {"show": "parked"} if kind == "parked" else {}
    url, mine = list_of("letters_inboundmail", **filters), user.has_perm("letters.change_inboundmail")
    return Queue(titles[kind], count, age(oldest, now), url, is_mine=mine)
