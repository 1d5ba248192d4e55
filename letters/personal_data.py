"""What is kept of mail that came in, for how long, and how a person's is erased."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from letters.models import InboundFile, InboundMail, InboundOriginal
from privacy import erasure
from privacy.erasure import Eraser
from privacy.retention import Clock, batches, deleted, oldest, register

State = InboundMail.State


def _originals(before: datetime) -> QuerySet[InboundOriginal]:
    return InboundOriginal.objects.filter(received_at__lte=before)


def _aside() -> QuerySet[InboundMail]:
    """Set aside, or noted by the machine, and never made a reply."""
    return InboundMail.objects.filter(state__in=[State.ASIDE, State.SETTLED], forgotten_at=None)


def _forget(keys: Any) -> int:
    """Everything it said goes; that a mail came, when, and what was made of it stays."""
    InboundFile.objects.filter(mail__in=keys).delete()
    InboundOriginal.objects.filter(mail__in=keys).delete()
    rows = InboundMail.objects.filter(pk__in=keys)
    return rows.update(sender="", sender_fingerprint=b"", subject="", text="", forgotten_at=timezone.now(), size=0)


def _senders() -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(state=State.RECORDED).exclude(sender_fingerprint=b"")


def _forget_senders(keys: Any) -> int:
    InboundOriginal.objects.filter(mail__in=keys).delete()
    return InboundMail.objects.filter(pk__in=keys).update(sender="", sender_fingerprint=b"")


register(
    Clock(
        name="letters.originals",
        title=_("Mails byte by byte as they came"),
        what=_("The original goes; its words, its attachments and what was made of it stay."),
        after=timedelta(days=90),
        since=_("after it came in"),
        act=lambda before: deleted(_originals(before)),
        count=lambda before: _originals(before).count(),
        oldest=lambda: oldest(InboundOriginal.objects.all(), "received_at"),
    )
)
register(
    Clock(
        name="letters.set_aside",
        title=_("Mails that were set aside, and bounces"),
        what=_("Sender, subject, words and attachments go; that a mail came, when, and what was made of it stays."),
        after=timedelta(days=90),
        since=_("after it was settled"),
        act=lambda before: batches(lambda: _aside().filter(settled_at__lte=before), _forget),
        count=lambda before: _aside().filter(settled_at__lte=before).count(),
        oldest=lambda: oldest(_aside(), "settled_at"),
    )
)
register(
    Clock(
        name="letters.senders",
        title=_("Who wrote an answer"),
        what=_("Name and address of the sender go; the office and its words stay."),
        after=timedelta(days=730),
        since=_("after it came in"),
        act=lambda before: batches(lambda: _senders().filter(received_at__lte=before), _forget_senders),
        count=lambda before: _senders().filter(received_at__lte=before).count(),
        oldest=lambda: oldest(_senders(), "received_at"),
    )
)


def _of(person: bytes, written_until: datetime) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(sender_fingerprint=person, received_at__lte=written_until)


def _erase(person: bytes, written_until: datetime, now: datetime) -> int:
    """What became an office's answer keeps its words, which are nobody's personal mail."""
    mails = _of(person, written_until)
    recorded = list(mails.filter(state=State.RECORDED).values_list("pk", flat=True))
    others = mails.exclude(state=State.RECORDED)
    open_ones = list(others.filter(state__in=[State.NEW, State.PARKED]).values_list("pk", flat=True))
    erased = _forget(list(others.values_list("pk", flat=True))) + _forget_senders(recorded)
    InboundMail.objects.filter(pk__in=open_ones).update(state=State.ASIDE, settled_at=now)
    return erased


def _known() -> Iterator[bytes]:
    rows = InboundMail.objects.exclude(sender_fingerprint=b"").values_list("sender_fingerprint", flat=True)
    return (bytes(fingerprint) for fingerprint in rows.distinct().iterator())


erasure.register(
    Eraser(
        name="letters.mails",
        title=_("Mails that came in"),
        find=lambda person, written_until: _of(person, written_until).count(),
        erase=_erase,
        known=_known,
    )
)
