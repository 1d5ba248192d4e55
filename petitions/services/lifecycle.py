"""The life of a petition: who may move it from one state to the next."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.exceptions import ReasonMissing
from accounts.models import User
from campaigns.models import News
from campaigns.services import tell_news
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


def close_due_petitions(*, now: datetime) -> int:
    """The state of petitions whose last second has passed follows; returns how many.

    They took no signatures from that second on: Petition.is_open() goes by the clock, not by this.
    """
    due = Petition.objects.filter(state=State.OPEN, closes_at__lte=now).order_by("pk").values_list("pk", flat=True)
    closed = 0
    for petition_id in list(due):
        with transaction.atomic():
            petition = Petition.objects.select_for_update(of=["self"]).get(pk=petition_id)
            if petition.state == State.OPEN and petition.closes_at and petition.closes_at <= now:
                petition.state = State.CLOSED
                petition.save(update_fields=["state"])
                audit.record("petitions.close_petition", petition, by=None, now=now, was=State.OPEN, state=State.CLOSED)
                closed += 1
    return closed


def deliver_petition(petition_id: int, *, by: User, now: datetime) -> Petition:
    """Closed to delivered, with the count of this moment. Raises TransitionRefused while signatures are confirmed."""
    return _move(petition_id, {State.CLOSED}, State.DELIVERED, "deliver_petition", by, now)


def archive_petition(petition_id: int, *, by: User, now: datetime) -> Petition:
    """Closed or delivered to archived: nothing more is to come. Raises TransitionRefused."""
    return _move(petition_id, {State.CLOSED, State.DELIVERED}, State.ARCHIVED, "archive_petition", by, now)


@transaction.atomic
def extend_petition(petition_id: int, *, closes_at: datetime, by: User, now: datetime) -> Petition:
    """Let an open petition close later. Raises TransitionRefused when it is closed, or would close earlier."""
    petition = Petition.objects.select_for_update(of=["self"]).get(pk=petition_id)
    if petition.state != State.OPEN or (petition.closes_at and petition.closes_at <= now):
        raise TransitionRefused(_("A closed petition is not opened again."))
    if petition.closes_at is None:
        raise TransitionRefused(_("This petition has no end: there is nothing to extend."))
    if closes_at <= petition.closes_at:
        raise TransitionRefused(_("Choose a later moment than now: to end it earlier, close it."))
    was, petition.closes_at = petition.closes_at, closes_at
    petition.save(update_fields=["closes_at"])
    moments = {"from": was.isoformat(), "until": closes_at.isoformat()}
    audit.record("petitions.extend_petition", petition, by=by, now=now, **moments)
    return petition


@transaction.atomic
def set_duty_of_care(petition_id: int, on: bool, *, by: User, reason: str, now: datetime) -> Petition:
    """Show no names, comments or countries any more, and the count with a delay; or show them again.

    Nothing is deleted. A second time changes nothing and writes no line. Raises ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    petition = Petition.objects.select_for_update(of=["self"], no_key=True).get(pk=petition_id)
    if petition.duty_of_care != on:
        petition.duty_of_care = on
        petition.save(update_fields=["duty_of_care"])
        act = "petitions.begin_duty_of_care" if on else "petitions.end_duty_of_care"
        audit.record(act, petition, by=by, reason=reason, now=now)
    return petition


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
        _check_complete(petition, now)
    was = petition.state
    changes: dict[str, Any] = {"state": to}
    if to == State.CLOSED and (petition.closes_at is None or petition.closes_at > now):
        changes["closes_at"] = now
    if to == State.DELIVERED:
        _check_settled(petition, now)
        changes |= {"delivered_at": now, "delivered_count": petition.signature_count}
    if to == State.ARCHIVED:
        changes["archived_at"] = now
    for name, value in changes.items():
        setattr(petition, name, value)
    petition.save(update_fields=list(changes))
    audit.record(f"petitions.{act}", petition, by=by, reason=reason, now=now, was=was, state=to)
    if to == State.DELIVERED:
        _tell_of_delivery(petition, now)
    return petition


def _tell_of_delivery(petition: Petition, now: datetime) -> None:
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words[code] = _("The petition “%s” has been delivered.") % petition
    with translation.override("en"):
        path = reverse("petitions:detail", args=[petition.slug])
    about = f"petition:{petition.pk}"
    key = f"delivered:{petition.pk}"
    tell_news(petition.campaign_id, News.Kind.HANDOVER, key=key, about=about, words=words, path=path, now=now)


def _check_complete(petition: Petition, now: datetime) -> None:
    if not petition.texts.exists():
        raise TransitionRefused(_("Write the text in at least one language first."))
    if not petition.recipients.exists():
        raise TransitionRefused(_("Name at least one office that the petition is addressed to."))
    if petition.opens_at and petition.closes_at and petition.closes_at <= petition.opens_at:
        raise TransitionRefused(_("It closes before it opens: correct the dates."))
    if petition.closes_at and petition.closes_at <= now:
        raise TransitionRefused(_("The moment at which it closes has passed: correct the dates."))


def _check_settled(petition: Petition, now: datetime) -> None:
    """What is delivered is a count to which nothing comes any more."""
    if petition.accepts_confirmation(now) and petition.closes_at:
        until = (petition.closes_at + settings.CONFIRMATION_GRACE).astimezone(ZoneInfo(petition.time_zone))
        raise TransitionRefused(
            _("Who signed in time can still confirm until %(when)s (%(zone)s). Deliver it after that.")
            % {"when": date_format(until, "DATETIME_FORMAT"), "zone": petition.time_zone}
        )
