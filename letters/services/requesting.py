"""Asking for letters to be sent, with every copy in view."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.copies import Refusal, digest_copies
from letters.exceptions import ReleaseRefused
from letters.models import Letter, Recipient, Release
from letters.timing import day_of_the_letters, has_passed_everywhere

NAMED = 5  # refusals that are read out; more are counted


def new_release(
    *,
    language: str,
    reply_by: date,
    now: datetime,
    leave_on: date | None = None,
    leave_time: time | None = None,
    not_before: datetime | None = None,
    **facts: Any,
) -> Release:
    """A release that is not stored. `leave_on` and `leave_time` are as the clocks at each office show them.

    `not_before` is when the text becomes public, where that lies ahead. The letters bear the day on which they leave.
    """
    if not_before and not_before <= now:
        not_before = None
    return Release(
        **facts,
        language=language,
        reply_by=reply_by,
        leave_on=leave_on,
        leave_time=leave_time,
        not_before=not_before,
        dated_on=day_of_the_letters(leave_on=leave_on, not_before=not_before, now=now),
        signatories_as_of=now,
    )


@transaction.atomic
def request_release(
    recipients: Iterable[Recipient], *, language: str, reply_by: date, by: User, now: datetime, **facts: Any
) -> Release:
    """Ask a second person to release letters about a text to these offices. Further `facts`: see new_release().

    Raises ReleaseRefused when there is nobody to write to, a copy cannot be written, each office
    was already written to about this text, or the day or time that was wished has passed.
    """
    chosen = sorted(recipients, key=lambda recipient: recipient.pk)
    if not chosen:
        raise ReleaseRefused(_("Choose at least one office."))
    if reply_by <= timezone.localdate(now):
        raise ReleaseRefused(_("Ask for the answer by a day that lies ahead."))
    release = new_release(language=language, reply_by=reply_by, now=now, **facts)
    check_times(release, now)
    digests, refusals = digest_copies(release, chosen, on=timezone.localdate(now))
    if refusals:
        raise ReleaseRefused(_in_words(refusals))
    if not still_to_write(release.text_digest, chosen):
        raise ReleaseRefused(_("Every office chosen was already written to about this text."))
    release.requested_by, release.requested_at = by, now
    release.copies_digest, release.copy_digests = digests.of_all, digests.by_recipient
    release.save()
    release.recipients.set(chosen)
    audit.record(
        "letters.request_release", release, by=by, now=now, recipients=len(chosen), text_digest=release.text_digest
    )
    return release


def check_times(release: Release, now: datetime) -> None:
    """Refuse a day or a time that has passed, or an answer that is asked for before the letters leave."""
    if (release.leave_on is None) != (release.leave_time is None):
        raise ReleaseRefused(_("Give both, the day and the time at which the letters leave, or neither."))
    if release.leave_on and release.leave_time and has_passed_everywhere(release.leave_on, release.leave_time, now):
        raise ReleaseRefused(_("The day and time at which the letters should leave have passed."))
    if release.reply_by <= release.dated_on:
        raise ReleaseRefused(_("Ask for the answer by a day after the letters leave."))


def still_to_write(text_digest: str, recipients: Iterable[Recipient]) -> list[Recipient]:
    """Those of the offices that have no letter about this text yet, or only letters that never left."""
    have = already_written(text_digest)
    return [recipient for recipient in recipients if recipient.pk not in have]


def already_written(text_digest: str) -> set[int]:
    """The offices that have a letter about this text which left, or which may still leave."""
    written = Letter.objects.filter(text_digest=text_digest)
    return set(written.exclude(pk__in=written.never_left().values("pk")).values_list("recipient", flat=True))


def _in_words(refusals: list[Refusal]) -> str:
    sentences = [_("These copies cannot be written yet.")]
    sentences += [f"{row.recipient}: {row.reason}" for row in refusals[:NAMED]]
    if len(refusals) > NAMED:
        sentences.append(_("And %d more.") % (len(refusals) - NAMED))
    return " ".join(sentences)
