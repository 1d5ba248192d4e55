"""Answers to letters, at /webhooks/mail/<provider>/inbound/: through the same door as the reports of providers."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.policy import compat32
from typing import Any

from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from letters import services
from outbox import provider_calls, reports
from outbox.provider_calls import SHARED, Provider, TryLater
from privacy import throttle

WHOLE = "body-mime"  # where Mailgun puts a mail that it hands on as it came
PROVIDERS = {
    "mailgun": Provider(MailgunInboundWebhookView, "MAILGUN_WEBHOOK_SIGNING_KEY", WHOLE),
    "mailersend": Provider(MailerSendInboundWebhookView, "MAILERSEND_INBOUND_SECRET"),
    "postmark": Provider(PostmarkInboundWebhookView, SHARED),
}
MOST_BYTES = 40_000_000  # of one call: a mail of 25 MB in base64, with what stands around it
MOST_AN_HOUR = 3_000  # new mails of one provider; more wait with it


@dataclass(frozen=True)
class Incoming:
    raw: bytes
    event_id: str
    recipients: list[str] = field(default_factory=list)


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def mail_inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """Take in a mail that a provider received for us."""

    def keep(mail: Incoming, now: datetime) -> None:
        if services.is_known(provider, mail.event_id):
            return reports.count(provider, now, repeated=1)
        if not throttle.hit("inbound", provider.encode(), limit=MOST_AN_HOUR, per=timedelta(hours=1), now=now):
            raise TryLater
        _row, is_new = services.take_in(
            mail.raw, provider=provider, event_id=mail.event_id, envelope_recipients=mail.recipients, now=now
        )
        return None if is_new else reports.count(provider, now, repeated=1)

    def too_large(now: datetime) -> None:
        services.note_too_large(provider, now=now)

    return provider_calls.answer(
        request,
        provider,
        PROVIDERS,
        read=_read,
        keep=keep,
        too_large=too_large,
        most_bytes=MOST_BYTES,
    )


def _read(reader: Any, request: HttpRequest, now: datetime) -> list[Incoming]:
    """The mail as it came where the provider hands it on whole, else put together again from what it says of it."""
    if isinstance(reader, MailgunInboundWebhookView):
        said = request.POST
        recipients = [said.get("recipient", "")]
        if WHOLE in said or WHOLE in request.FILES:
            file = request.FILES.get(WHOLE)
            raw = file.read() if file else said[WHOLE].encode("utf-8", "surrogateescape")
            return [Incoming(raw, said.get("token", ""), recipients)]
        return [_put_together(event, recipients) for event in reader.parse_events(request)]
    body = json.loads(request.body)
    if isinstance(reader, MailerSendInboundWebhookView):
        data = body["data"]
        to = [str(row.get("email", "")) for row in data.get("recipients", {}).get("rcptTo", [])[:20]]
        return [Incoming(str(data["raw"]).encode("utf-8", "surrogateescape"), str(data.get("id", "")), to)]
    to = [str(body.get("OriginalRecipient") or "")]
    if "RawEmail" in body:
        raw = str(body["RawEmail"]).encode("utf-8", "surrogateescape")
        return [Incoming(raw, str(body.get("MessageID") or ""), to)]
    return [_put_together(event, to) for event in reader.parse_events(request)]


def _put_together(event: Any, recipients: list[str]) -> Incoming:
    raw = event.message.as_bytes(policy=compat32)
    return Incoming(raw, str(event.event_id or ""), [*recipients, str(event.message.envelope_recipient or "")])
