"""What mail providers report, at /webhooks/mail/<provider>/: django-anymail reads and checks, outbox.reports keeps."""

from datetime import UTC, datetime
from typing import Any

from anymail.signals import EventType
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outbox import provider_calls, reports
from outbox.models import MailEvent
from outbox.provider_calls import SHARED, Provider
from outbox.reports import Report

PROVIDERS = {
    "mailgun": Provider(MailgunTrackingWebhookView, "MAILGUN_WEBHOOK_SIGNING_KEY"),
    "mailersend": Provider(MailerSendTrackingWebhookView, "MAILERSEND_SIGNING_SECRET"),
    "brevo": Provider(BrevoTrackingWebhookView, SHARED),
    "postmark": Provider(PostmarkTrackingWebhookView, SHARED),
}
KINDS = {
    EventType.DELIVERED: MailEvent.Kind.DELIVERED,
    EventType.BOUNCED: MailEvent.Kind.BOUNCED,
    EventType.DEFERRED: MailEvent.Kind.DEFERRED,
    EventType.COMPLAINED: MailEvent.Kind.COMPLAINED,
}
MOST_EVENTS = 1_000  # in one call


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_reports(request: HttpRequest, provider: str) -> HttpResponse:
    """Keep what a provider reports."""

    def read(reader: Any, request: HttpRequest, now: datetime) -> list[Report]:
        events = reader.parse_events(request)[:MOST_EVENTS]
        return [report for event in events if (report := _report(provider, event, now))]

    def keep(report: Report, now: datetime) -> None:
        reports.note(report, now=now)

    return provider_calls.answer(request, provider, PROVIDERS, read=read, keep=keep)


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
