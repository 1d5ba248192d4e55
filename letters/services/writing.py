"""Freezing the letters of a release: thousands of copies stream past, and are held a few hundred at a time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from letters.copies import Copy, Digests, Refusal, stream_copies
from letters.exceptions import ReleaseRefused
from letters.mail import letter_email
from letters.models import Dispatch, FormOfAddress, Holder, Letter, Recipient, Release
from letters.models.recipient import Channel
from letters.services.requesting import already_written
from letters.timing import leaving
from outbox.models import Email

CARRY_WITHIN = timedelta(days=3)  # when a task of carrying a letter falls due
BATCH = 500


def write_letters(release: Release, *, now: datetime) -> int:
    """Write one letter for each office that has none about this text, and its e-mail or task; returns how many.

    Call it in the transaction of the approval: whether all copies are those that were previewed is known only after
    the last one, and then everything is undone. Raises ReleaseRefused.
    """
    digests = Digests()
    have = already_written(release.text_digest)
    _replace_what_never_left(release, have, now)
    count = 0
    stream = stream_copies(release, in_turn(release.recipients.all()), on=timezone.localdate(now))
    while batch := list(islice(stream, BATCH)):
        rows = []
        for recipient, written in batch:
            if isinstance(written, Refusal):
                raise changed()
            digest = digests.add(recipient.pk, written)
            if recipient.pk not in have:
                rows.append(_letter(release, recipient, written, digest, now))
        _write(rows, now)
        count += len(rows)
    if digests.of_all != release.copies_digest:
        raise changed()
    return count


def in_turn(recipients: QuerySet[Recipient]) -> Iterator[Recipient]:
    """Offices by their number, with their forms of address and holders, never more than a few hundred at once."""
    ordered, last = recipients.order_by("pk"), 0
    while rows := list(ordered.filter(pk__gt=last)[:BATCH]):
        _give(rows, "forms_of_address", FormOfAddress.objects.all())
        _give(rows, "holders", Holder.objects.all())
        yield from rows
        last = rows[-1].pk


def _give(offices: list[Recipient], name: str, rows: QuerySet[Any]) -> None:
    """What prefetch_related() does, without its queryset for each office: of ten thousand that is most of the work."""
    found = defaultdict(list)
    for row in rows.filter(recipient__in=offices):
        found[row.recipient_id].append(row)
    for office in offices:
        office.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found[office.pk]


def changed() -> ReleaseRefused:
    return ReleaseRefused(
        _("A template or an office has changed since this release was asked for. Send it back and ask again.")
    )


def _replace_what_never_left(release: Release, have: set[int], now: datetime) -> None:
    """Letters that were stopped or refused for good make room for the ones of this release."""
    before = Letter.objects.filter(text_digest=release.text_digest, recipient__in=release.recipients.all())
    replaced = before.never_left().filter(replaced_at=None).exclude(recipient__in=have)
    Letter.objects.filter(pk__in=list(replaced.values_list("pk", flat=True))).update(replaced_at=now)


def _letter(release: Release, recipient: Recipient, copy: Copy, digest: str, now: datetime) -> Letter:
    return Letter(
        release=release,
        recipient=recipient,
        text_digest=release.text_digest,
        reference=copy["reference"],
        language=copy["language"],
        channel=copy["channel"],
        copy=copy,
        copy_digest=digest,
        created_at=now,
        leaves_at=leaving(release, recipient, cooled_at=release.send_at or now).at,
    )


def _write(letters: list[Letter], now: datetime) -> None:
    """Five hundred letters in three statements."""
    mailed = [letter for letter in letters if letter.channel == Channel.EMAIL]
    emails: Any = [letter_email(letter, due_at=letter.leaves_at or now, now=now) for letter in mailed]
    for letter, email in zip(mailed, Email.objects.bulk_create(emails), strict=True):
        letter.email = email
    Letter.objects.bulk_create(letters)
    Dispatch.objects.bulk_create(
        Dispatch(letter=letter, due_on=timezone.localdate((letter.leaves_at or now) + CARRY_WITHIN))
        for letter in letters
        if letter.channel != Channel.EMAIL
    )
