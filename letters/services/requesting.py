"""Asking for letters to be sent, with every copy in view."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.copies import Copy, Refusal, copies_digest, write_copies
from letters.exceptions import ReleaseRefused
from letters.models import Letter, Recipient, Release


def preview_copies(
    recipients: Iterable[Recipient], *, language: str, reply_by: date, now: datetime, **facts: Any
) -> tuple[Release, dict[int, Copy], list[Refusal]]:
    """Write every copy without storing anything: an unsaved release, copies by recipient, and refusals."""
    release = Release(
        **facts, language=language, reply_by=reply_by, dated_on=timezone.localdate(now), signatories_as_of=now
    )
    copies, refusals = write_copies(release, recipients, on=timezone.localdate(now))
    return release, copies, refusals


@transaction.atomic
def request_release(
    recipients: Iterable[Recipient], *, language: str, reply_by: date, by: User, now: datetime, **facts: Any
) -> Release:
    """Ask a second person to release letters about a text to these offices.

    Raises ReleaseRefused when there is nobody to write to, a copy cannot be written, or each office
    was already written to about this text.
    """
    chosen = list(recipients)
    if not chosen:
        raise ReleaseRefused(_("Choose at least one office."))
    if reply_by <= timezone.localdate(now):
        raise ReleaseRefused(_("Ask for the answer by a day that lies ahead."))
    release, copies, refusals = preview_copies(chosen, language=language, reply_by=reply_by, now=now, **facts)
    if refusals:
        raise ReleaseRefused(
            " ".join(
                [_("These copies cannot be written yet.")] + [f"{row.recipient}: {row.reason}" for row in refusals]
            )
        )
    if not still_to_write(release.text_digest, chosen):
        raise ReleaseRefused(_("Every office chosen was already written to about this text."))
    release.requested_by, release.requested_at = by, now
    release.copies_digest = copies_digest(copies)
    release.save()
    release.recipients.set(chosen)
    audit.record(
        "letters.request_release", release, by=by, now=now, recipients=len(chosen), text_digest=release.text_digest
    )
    return release


def still_to_write(text_digest: str, recipients: Iterable[Recipient]) -> list[Recipient]:
    """Those of the offices that have no letter about this text yet, or only letters that never left."""
    written = Letter.objects.filter(text_digest=text_digest)
    have = set(written.exclude(pk__in=written.never_left().values("pk")).values_list("recipient", flat=True))
    return [recipient for recipient in recipients if recipient.pk not in have]
