"""What mail providers report, at /webhooks/mail/<provider>/: django-anymail reads and checks, outbox.reports keeps.

Only providers whose secret is set are answered. Mailgun and MailerSend sign what they send; Brevo and Postmark show a
shared secret (HTTP basic authentication).
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import EventType
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outbox import reports
from outbox.models import MailEvent
from outbox.reports import Report

logger = logging.getLogger(__name__)

SHARED = "WEBHOOK_SECRET"
# provider: (who reads what it sends, the setting of ANYMAIL that must hold its secret)
PROVIDERS: dict[str, tuple[type[Any], str]] = {
    "mailgun": (MailgunTrackingWebhookView, "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailersend": (MailerSendTrackingWebhookView, "MAILERSEND_SIGNING_SECRET"),
    "brevo": (BrevoTrackingWebhookView, SHARED),
    "postmark": (PostmarkTrackingWebhookView, SHARED),
}
KINDS = {
    EventType.DELIVERED: MailEvent.Kind.DELIVERED,
    EventType.BOUNCED: MailEvent.Kind.BOUNCED,
    EventType.DEFERRED: MailEvent.Kind.DEFERRED,
    EventType.COMPLAINED: MailEvent.Kind.COMPLAINED,
}
MOST_EVENTS = 1_000  # in one call
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, AnymailError)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_reports(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep what a provider reports. 403 for a forged call, 400 for one that nobody can read; both are counted."""
    reader_class, setting = PROVIDERS.get(provider, (None, ""))
    if reader_class is None or not settings.ANYMAIL.get(setting):
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    now = timezone.now()
    try:
        # A provider that signs shows no shared secret besides.
        reader = reader_class() if setting == SHARED else reader_class(webhook_secret=[])
        reader.run_validators(request)
        _check_age(request, provider, now)
    except (AnymailWebhookValidationFailure, *UNREADABLE) as exc:
        return _refuse(provider, now, 403, "This call does not carry the signature or secret that it must.", exc)
    try:
        events = reader.parse_events(request)[:MOST_EVENTS]
        found = [report for event in events if (report := _report(provider, event, now))]
    except UNREADABLE as exc:
        return _refuse(provider, now, 400, "This call cannot be read.", exc)
    for report in found:
        reports.note(report, now=now)
    return HttpResponse("kept", content_type="text/plain; charset=utf-8")


def _refuse(provider: str, now: datetime, status: int, sentence: str, exc: Exception) -> HttpResponse:
    logger.warning("report of %s refused: %s", provider, type(exc).__name__)
    reports.count(provider, now, refused=1)
    response = HttpResponse(sentence + "\n", status=status, content_type="text/plain; charset=utf-8")
    response._has_been_logged = True  # type: ignore[attr-defined]  # above, without what it said
    return response


def _check_age(request: HttpRequest, provider: str, now: datetime) -> None:
    """Mailgun signs a moment and a token but not its words: an old signature is a replay under other words."""
    if provider == "mailgun" and request.content_type == "application/json":
        signed_at = datetime.fromtimestamp(float(json.loads(request.body)["signature"]["timestamp"]), UTC)
        if abs(now - signed_at) > reports.LASTS:
            raise AnymailWebhookValidationFailure("an old signature")


def _report(provider: str, event: Any, now: datetime) -> Report | None:
    """What we make of an event; None for what is of no use here (opened, clicked, …)."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return None
    if kind == MailEvent.Kind.BOUNCED and _is_soft(event.esp_event):
        kind = MailEvent.Kind.DEFERRED
    message_id = str(event.message_id or "")
    happened_at = event.timestamp or now
    if timezone.is_naive(happened_at):
        happened_at = happened_at.replace(tzinfo=UTC)
    return Report(
        provider=provider,
        kind=kind,
        message_id=message_id if message_id.startswith("<") else f"<{message_id}>",
        recipient=str(event.recipient or ""),
        answer=str(event.mta_response or event.description or ""),
        happened_at=happened_at,
        event_id=str(event.event_id or ""),
    )


def _is_soft(raw: Any) -> bool:
    """Whether a provider that calls everything a bounce means one that may pass."""
    said = (raw.get("event") or raw.get("Type") or raw.get("type") or "") if hasattr(raw, "get") else ""
    return "soft" in str(said).lower()
