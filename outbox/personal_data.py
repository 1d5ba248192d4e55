"""What is kept of mail, for how long, and how that to one person is erased."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from outbox import kinds
from outbox.models import Email, EmailQuerySet
from outbox.services import cancel_emails, unlinked_key
from privacy import erasure
from privacy.erasure import Eraser
from privacy.retention import Clock, batches, oldest, register

State = Email.State


def _settled() -> Any:
    """Mail with which nothing happens any more, with `settled_at`. An uncertain one waits for a person to decide."""
    ended = Email.objects.filter(state__in=[State.SENT, State.FAILED, State.CANCELLED, State.WITHHELD])
    return ended.annotate(settled_at=Coalesce("sent_at", "due_at"))  # each attempt sets due_at for the next


def _bodies_due(before: datetime) -> EmailQuerySet:
    due: EmailQuerySet = _settled().filter(settled_at__lte=before, payload__isnull=False)
    return due


def _forget_bodies(before: datetime) -> Iterator[int]:
    return batches(lambda: _bodies_due(before), lambda keys: Email.objects.filter(pk__in=keys).update(payload=None))


def _addresses_due(before: datetime) -> EmailQuerySet:
    due: EmailQuerySet = _settled().filter(settled_at__lte=before).exclude(to_fingerprint=b"")
    return due


def _forget_addresses(before: datetime) -> Iterator[int]:
    return batches(
        lambda: _addresses_due(before), lambda keys: Email.objects.filter(pk__in=keys).update(to_fingerprint=b"")
    )


register(
    Clock(
        name="outbox.bodies",
        title=_("Words and addresses of mails"),
        what=_(
            "Address, subject and words go; that a mail of this kind was sent, when, and what the server answered "
            "stays. A letter keeps its own text."
        ),
        after=timedelta(days=30),
        since=_("after it was sent, stopped or refused"),
        act=_forget_bodies,
        count=lambda before: _bodies_due(before).count(),
        oldest=lambda: oldest(_settled().filter(payload__isnull=False), "settled_at"),
    )
)
register(
    Clock(
        name="outbox.addresses",
        title=_("Fingerprints of the addresses of mails"),
        what=_("The keyed fingerprint goes, by which the number of unasked mails to one address is limited."),
        after=timedelta(days=365),
        since=_("after it was sent, stopped or refused"),
        act=_forget_addresses,
        count=lambda before: _addresses_due(before).count(),
        oldest=lambda: oldest(_settled().exclude(to_fingerprint=b""), "settled_at"),
    )
)


def _mail_to(person: bytes, written_until: datetime) -> EmailQuerySet:
    """Mail to somebody; letters go to offices."""
    written = Email.objects.filter(to_fingerprint=person, created_at__lte=written_until)
    return written.exclude(kind__in=kinds.to_offices())


def _erase_mail(person: bytes, written_until: datetime, now: datetime) -> int:
    emails = list(_mail_to(person, written_until).values_list("pk", flat=True))
    chosen = Email.objects.filter(pk__in=emails)
    cancel_emails(chosen)  # what the server takes just now is not tried again
    return chosen.update(payload=None, to_fingerprint=b"", key=unlinked_key())  # the key named the cause


def _addressed() -> Iterator[bytes]:
    rows = Email.objects.exclude(to_fingerprint=b"").values_list("to_fingerprint", flat=True)
    return (bytes(fingerprint) for fingerprint in rows.distinct().iterator())


erasure.register(
    Eraser(
        name="outbox.mails",
        title=_("Mails"),
        find=lambda person, written_until: _mail_to(person, written_until).count(),
        erase=_erase_mail,
        known=_addressed,
    )
)
