"""What is reported about mail after it left: delivered, came back, marked as spam. Once, however often it is said."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from outbox import kinds, suppressing
from outbox.models import Email, MailEvent, Suppression, WebhookCount
from outbox.sending import clean_reply
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint, fingerprint

Kind = MailEvent.Kind
LASTS = timedelta(days=7)  # an older report, or one from the future, is a replay: providers give up after three days
LEFT = [Email.State.SENT, Email.State.UNCERTAIN]
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,118}>")
_COLUMNS = {Kind.DELIVERED: "delivered_at", Kind.BOUNCED: "bounced_at", Kind.COMPLAINED: "complained_at"}


@dataclass(frozen=True)
class Report:
    """`event_id` is the provider's own, or "" where it has none; `recipient` an address in clear, or ""."""

    provider: str
    kind: MailEvent.Kind
    message_id: str
    recipient: str
    answer: str
    happened_at: datetime
    event_id: str = ""


@transaction.atomic
def note(report: Report, *, now: datetime) -> bool:
    """Keep a report and what follows from it; returns False for one that was known, or too old.

    An uncertain letter that was delivered, or came back, is certain now. A dead address, and one that complained,
    gets no more mail.
    """
    if not now - LASTS <= report.happened_at <= now + timedelta(days=1):
        return False
    what = report.event_id or f"{report.kind} {report.message_id} {report.recipient} {report.happened_at.isoformat()}"
    digest = fingerprint(f"{report.provider} {what}", purpose="mail report")
    email = find(report.message_id)
    _event, is_new = MailEvent.objects.get_or_create(
        digest=digest,
        defaults={
            "provider": report.provider,
            "kind": report.kind,
            "email": email,
            "answer": clean_reply(report.answer),
            "happened_at": report.happened_at,
            "received_at": now,
        },
    )
    if not is_new:
        count(report.provider, now, repeated=1)
        return False
    if email is not None:
        _mark(email, report, now)
    _suppress(email, report, now)
    return True


def find(message_id: str) -> Email | None:
    """The message that left under this Message-ID."""
    if not _MESSAGE_ID.fullmatch(message_id):
        return None
    return Email.objects.filter(message_id=message_id, state__in=LEFT).first()


def count(provider: str, now: datetime, *, refused: int = 0, repeated: int = 0) -> None:
    """One row a provider and day, whatever comes."""
    today = WebhookCount.objects.filter(provider=provider, day=now.date())
    if not today.update(refused=F("refused") + refused, repeated=F("repeated") + repeated):
        WebhookCount.objects.get_or_create(provider=provider, day=now.date())
        today.update(refused=F("refused") + refused, repeated=F("repeated") + repeated)


def _mark(email: Email, report: Report, now: datetime) -> None:
    if report.kind == Kind.DEFERRED:
        return
    answer = clean_reply(report.answer) or report.provider
    uncertain = Email.objects.filter(pk=email.pk, state=Email.State.UNCERTAIN)
    uncertain.update(state=Email.State.SENT, sent_at=Coalesce(F("data_begun_at"), now), server_reply=answer)
    column = _COLUMNS[report.kind]
    Email.objects.filter(pk=email.pk, **{column: None}).update(**{column: report.happened_at})


def _suppress(email: Email | None, report: Report, now: datetime) -> None:
    reason = {Kind.BOUNCED: Suppression.Reason.BOUNCED, Kind.COMPLAINED: Suppression.Reason.COMPLAINED}.get(report.kind)
    if reason is None:
        return
    suppressing.suppress(
        bytes(email.to_fingerprint) if email else _fingerprint(report.recipient),
        reason,
        now=now,
        answer=clean_reply(report.answer),
        email_id=email.pk if email else None,
        is_office=email is not None and kinds.get(email.kind).to_office,
    )


def _fingerprint(address: str) -> bytes:
    try:
        return address_fingerprint(canonical(normalize(address)))
    except InvalidAddress:
        return b""
