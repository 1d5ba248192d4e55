"""What is kept of mail, for how long, and how that to one person is erased."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outbox import kinds
from outbox.models import Email, EmailQuerySet, MailEvent, Suppression
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
        lambda: _addresses_due(before),
        lambda keys: Email.objects.filter(pk__in=keys).update(to_fingerprint=b"", domain_key=b""),
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
    return chosen.update(
        payload=None, to_fingerprint=b"", domain_key=b"", key=unlinked_key()
    )  # the key named the cause


def _suppressions_due(before: datetime) -> Any:
    return Suppression.objects.filter(since__lte=before).exclude(fingerprint=b"")


def _forget_suppressions(before: datetime) -> Iterator[int]:
    return batches(lambda: _suppressions_due(before), _forget_whose)


def _forget_whose(keys: Any) -> int:
    """Lift them: without the fingerprint they stand for nobody."""
    rows = Suppression.objects.filter(pk__in=keys)
    return rows.update(fingerprint=b"", lifted_at=Coalesce("lifted_at", timezone.now()))


def _events_due(before: datetime) -> Any:
    return MailEvent.objects.filter(received_at__lte=before)


def _delete_events(before: datetime) -> Iterator[int]:
    return batches(lambda: _events_due(before), lambda keys: MailEvent.objects.filter(pk__in=keys).delete()[0])


register(
    Clock(
        name="outbox.suppressions",
        title=_("Addresses that get no mail"),
        what=_("The keyed fingerprint goes, by which such an address is known; the next failure finds it anew."),
        after=timedelta(days=730),
        since=_("after mail to it failed, or it asked for none"),
        act=_forget_suppressions,
        count=lambda before: _suppressions_due(before).count(),
        oldest=lambda: oldest(Suppression.objects.exclude(fingerprint=b""), "since"),
    )
)
register(
    Clock(
        name="outbox.events",
        title=_("Reports of mail providers"),
        what=_("They are deleted; that a mail was delivered or came back stays with the mail."),
        after=timedelta(days=90),
        since=_("after they came"),
        act=_delete_events,
        count=lambda before: _events_due(before).count(),
        oldest=lambda: oldest(MailEvent.objects.all(), "received_at"),
    )
)


def _of_person(person: bytes, written_until: datetime) -> Any:
    return Suppression.objects.filter(fingerprint=person, since__lte=written_until, is_office=False)


def _suppressed() -> Iterator[bytes]:
    rows = Suppression.objects.filter(is_office=False).exclude(fingerprint=b"")
    return (bytes(fingerprint) for fingerprint in rows.values_list("fingerprint", flat=True).distinct().iterator())


erasure.register(
    Eraser(
        name="outbox.suppressions",
        title=_("Addresses that get no mail"),
        find=lambda person, written_until: _of_person(person, written_until).count(),
        erase=lambda person, written_until, now: _forget_whose(
            list(_of_person(person, written_until).values_list("pk", flat=True))
        ),
        known=_suppressed,
    )
)


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
