"""What waits, by queue: how many, since when, for whom, and the list that holds exactly these."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from desk.queues.beginning import ways_to_begin
from desk.queues.letters import deliveries, leaving, letters_in_trouble
from desk.queues.lines import Queue
from desk.queues.mail import emails, mail_domain
from desk.queues.offices import releases_and_offices
from desk.queues.petitions import waiting_for_a_look
from desk.queues.reviews import reviews
from desk.queues.statements import (
    applicants,
    between_invitation_and_answer,
    invitations,
    open_statements,
)
from letters.previews import moment_in_words

__all__ = ["Queue", "start_page"]

FINDERS: list[Callable[[Any, datetime], Iterator[Queue]]] = [
    releases_and_offices,
    letters_in_trouble,
    deliveries,
    reviews,
    waiting_for_a_look,
    open_statements,
    invitations,
    between_invitation_and_answer,
    applicants,
    emails,
    mail_domain,
]


def start_page(user: Any, now: datetime) -> dict[str, Any]:
    """The context of the start page: queues for this person and for others, what leaves soon, ways to begin."""
    queues = [queue for find in FINDERS for queue in find(user, now) if queue.count]
    queues.sort(key=lambda queue: not queue.is_trouble)
    return {
        "mine": [queue for queue in queues if queue.is_mine],
        "others": [queue for queue in queues if not queue.is_mine],
        "leaving": leaving(user, now),
        "begin": ways_to_begin(user),
        "now_in_words": moment_in_words(now, user.time_zone),
    }
