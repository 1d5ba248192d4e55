"""Addresses that get no mail any more: which of a batch they are, and how one becomes one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from outbox import kinds
from outbox.models import Email, Suppression

Reason = Suppression.Reason


def among(batch: Iterable[Email]) -> list[Email]:
    """Those of a batch that go to a suppressed address. A complaint lets through what its kind says it does."""
    emails = list(batch)
    wanted = {bytes(email.to_fingerprint) for email in emails}
    found = Suppression.objects.filter(lifted_at=None, fingerprint__in=wanted).values_list("fingerprint", "reason")
    reasons = {bytes(fingerprint): reason for fingerprint, reason in found}
    return [email for email in emails if _is_barred(email, reasons.get(bytes(email.to_fingerprint)))]


def suppress(fingerprint: bytes, reason: Reason, *, now: datetime, **about: Any) -> bool:
    """Suppress an address; returns whether it was not suppressed already. An empty fingerprint stands for nobody."""
    if not fingerprint:
        return False
    known = Suppression.objects.filter(fingerprint=fingerprint, lifted_at=None)
    if reason != Reason.COMPLAINED and known.filter(reason=Reason.COMPLAINED).update(reason=reason, since=now, **about):
        return True  # what is dead gets nothing at all
    if known.exists():
        return False
    Suppression.objects.bulk_create(  # two reports at once make one row
        [Suppression(fingerprint=fingerprint, reason=reason, since=now, **about)], ignore_conflicts=True
    )
    return True


def suppress_refused(email: Email, answer: str, now: datetime) -> bool:
    """The mail server knows no such mailbox."""
    office = kinds.get(email.kind).to_office
    return suppress(
        bytes(email.to_fingerprint), Reason.REFUSED, now=now, answer=answer, email_id=email.pk, is_office=office
    )


def _is_barred(email: Email, reason: str | None) -> bool:
    return reason is not None and not (reason == Reason.COMPLAINED and kinds.get(email.kind).after_complaint)
