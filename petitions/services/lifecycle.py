"""The life of a petition: who may move it from one state to the next."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from petitions.exceptions import TransitionRefused
from petitions.models import Petition

State = Petition.State


def submit_petition(petition_id: int, *, by: User, now: datetime) -> Petition:
    """Draft to review. Raises TransitionRefused when a text or recipient is missing."""
    return _move(petition_id, {State.DRAFT}, State.IN_REVIEW, "submit_petition", by, now)


def publish_petition(petition_id: int, *, by: User, now: datetime) -> Petition:
    """Review to open, by somebody who neither began it nor wrote it last. Raises TransitionRefused."""
    return _move(petition_id, {State.IN_REVIEW}, State.OPEN, "publish_petition", by, now)


def send_back_petition(petition_id: int, *, by: User, reason: str, now: datetime) -> Petition:
    """Review back to draft, with the reason. Raises TransitionRefused."""
    return _move(petition_id, {State.IN_REVIEW}, State.DRAFT, "send_back_petition", by, now, reason)


def note_writer(petition_id: int, *, by: User) -> None:
    """Keep who changed a draft last: somebody else publishes it."""
    Petition.objects.filter(pk=petition_id, state=State.DRAFT).update(last_written_by=by)


def close_petition(petition_id: int, *, by: User, now: datetime) -> Petition:
    """Open to closed, from this second on. Raises TransitionRefused."""
    return _move(petition_id, {State.OPEN}, State.CLOSED, "close_petition", by, now)


@transaction.atomic
def _move(
    petition_id: int, from_states: set[State], to: State, act: str, by: User, now: datetime, reason: str = ""
) -> Petition:
    petition = Petition.objects.select_for_update(of=["self"]).get(pk=petition_id)
    if petition.state not in from_states:
        raise TransitionRefused(
            _("This petition is “%s”: that step is not possible now.") % petition.get_state_display()
        )
    if to == State.OPEN and petition.author_id == by.pk:
        raise TransitionRefused(_("A petition is published by somebody other than its author."))
    if to == State.OPEN and petition.was_written_by(by.pk):
        raise TransitionRefused(_("A text is published by somebody other than who wrote or locked it last."))
    if to in {State.IN_REVIEW, State.OPEN}:
        _check_complete(petition)
    was, petition.state = petition.state, to
    if to == State.CLOSED and (petition.closes_at is None or petition.closes_at > now):
        petition.closes_at = now
    petition.save(update_fields=["state", "closes_at"])
    audit.record(f"petitions.{act}", petition, by=by, reason=reason, now=now, was=was, state=to)
    return petition


def _check_complete(petition: Petition) -> None:
    if not petition.texts.exists():
        raise TransitionRefused(_("Write the text in at least one language first."))
    if not petition.recipients.exists():
        raise TransitionRefused(_("Name at least one office that the petition is addressed to."))
    if petition.opens_at and petition.closes_at and petition.closes_at <= petition.opens_at:
        raise TransitionRefused(_("It closes before it opens: correct the dates."))
