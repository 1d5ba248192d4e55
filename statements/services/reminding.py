"""Reminders to the silent before a deadline, and what the drafter reads each day."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from statements.models import CoSignature, Invitation, Reminder, Statement
from statements.services.mails import REMINDER, signing_delegates, write_to_delegate, write_to_drafter

Moment = Reminder.Moment
FRESH = timedelta(days=1)  # nobody is reminded of what was asked for less than a day before
MORNING = time(9)  # in the time zone of the statement


def reminder_moments(statement: Statement) -> list[tuple[Moment, datetime]]:
    """When the silent are reminded: seven days and two days before the deadline, and on its day."""
    deadline = statement.deadline
    if deadline is None:
        return []
    zone = ZoneInfo(statement.time_zone)
    morning = datetime.combine(deadline.astimezone(zone).date(), MORNING, zone)
    last = morning if morning < deadline else deadline - timedelta(hours=12)
    return [
        (Moment.WEEK, deadline - timedelta(days=7)),
        (Moment.TWO_DAYS, deadline - timedelta(days=2)),
        (Moment.LAST_DAY, last),
    ]


def remind_the_silent(*, now: datetime) -> int:
    """Write the reminders that are due, each once for an organization and version; returns how many organizations.

    After a pause of the clock only the latest moment is made up for.
    """
    reminded = 0
    for statement in Statement.objects.filter(state=Statement.State.OPEN, deadline__gt=now).order_by("pk"):
        due = [(moment, at) for moment, at in reminder_moments(statement) if at <= now]
        if due:
            reminded += _remind(statement.pk, *due[-1], now=now)
    return reminded


@transaction.atomic
def _remind(statement_id: int, moment: Moment, at: datetime, *, now: datetime) -> int:
    """Under the lock of the statement, so that an answer is either there before or comes after."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    version = statement.signable_version
    if version is None or not statement.is_in_time(now):
        return 0
    silent = Invitation.objects.silent(now).filter(statement=statement, invited_at__lte=at - FRESH)
    unreminded = silent.exclude(reminders__version=version, reminders__moment=moment)
    reminded = []
    for invitation in unreminded.select_related("organization").order_by("pk"):
        if invitation.state == Invitation.State.AGAIN and version.locked_at and version.locked_at > at - FRESH:
            continue  # asked again less than a day before
        Reminder.objects.create(invitation=invitation, version=version, moment=moment, sent_at=now)
        invitation.statement = statement
        for delegate in signing_delegates(invitation.organization, now):
            with translation.override(delegate.user.language):
                when = _moment_in_words(statement)
                organization = delegate.organization.name_in(delegate.user.language)
                subject = _("Reminder: %s is asked to co-sign a text") % organization
                lines = [
                    _("“%s” waits for the answer of your organization.") % str(statement),
                    _("Please answer by %(when)s (%(zone)s).") % {"when": when, "zone": statement.time_zone},
                    _("You can also put a question, ask for time, or decline. After an answer we send no reminder."),
                ]
            key = f"reminder:{invitation.pk}:{version.number}:{moment.value}:{delegate.pk}"
            write_to_delegate(delegate, statement, subject=subject, lines=lines, key=key, kind=REMINDER, now=now)
        reminded.append(invitation.pk)
    if reminded:
        audit.record(
            "statements.remind_the_silent", statement, by=None, now=now, moment=moment.value, invitations=reminded
        )
    return len(reminded)


def write_drafter_digests(*, now: datetime) -> int:
    """One mail a day for each statement that is being signed, to whoever wrote it; returns how many."""
    taking = Statement.objects.filter(state__in=Statement.LATE_STATES).select_related("author").order_by("pk")
    written = 0
    for statement in taking:
        if statement.accepts_cosignatures(now) and statement.author.is_active and statement.invitations.exists():
            _write_digest(statement, now)
            written += 1
    return written


def _write_digest(statement: Statement, now: datetime) -> None:
    states = Counter(statement.invitations.values_list("state", flat=True))
    since = now - timedelta(days=1)
    answered = list(statement.invitations.filter(answered_at__gt=since).select_related("organization"))
    unconfirmed = CoSignature.objects.standing().filter(statement=statement, confirmed_at=None).count()
    later = list(statement.invitations.waiting(now).filter(needs_until__isnull=False).select_related("organization"))
    language = statement.author.language
    with translation.override(language):
        counts = [f"{Invitation.State(state).label}: {count}" for state, count in sorted(states.items())]
        subject = _("Today's answers: %s") % str(statement)
        lines = ["\n".join(counts)]
        if statement.deadline and statement.is_in_time(now):
            lines.append(
                _("Co-signing closes on %(when)s (%(zone)s).")
                % {"when": _moment_in_words(statement), "zone": statement.time_zone}
            )
        if answered:
            rows = [f"– {row.organization.name_in(language)}: {row.get_state_display()}" for row in answered]
            lines.append(_("Answered since yesterday:") + "\n" + "\n".join(rows))
        if later:
            rows = [
                f"– {row.organization.name_in(language)}: {date_format(row.needs_until)}"
                for row in later
                if row.needs_until
            ]
            lines.append(_("Need more time, until:") + "\n" + "\n".join(rows))
        if unconfirmed:
            lines.append(_("%d co-signatures of first-time delegates wait for a second person.") % unconfirmed)
    day = timezone.localdate(now, ZoneInfo(statement.time_zone))
    write_to_drafter(statement, subject=subject, lines=lines, key=f"digest:{statement.pk}:{day}", now=now)


def _moment_in_words(statement: Statement) -> str:
    assert statement.deadline is not None  # the callers looked
    return date_format(statement.deadline.astimezone(ZoneInfo(statement.time_zone)), "DATETIME_FORMAT")
