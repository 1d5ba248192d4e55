"""How deep and how old the queue of mail is, in the text format that Prometheus reads."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min, Sum

from accounts import switches
from outbox.models import Email, Suppression, WebhookCount

State = Email.State
OPEN = [State.QUEUED, State.SENDING, State.FAILED, State.UNCERTAIN]  # those that sent are counted by the hour


def lines(now: datetime) -> Iterator[str]:
    """One line a figure, each group with its HELP and TYPE."""
    counted = dict(Email.objects.filter(state__in=OPEN).values_list("state").annotate(count=Count("pk")))
    yield from _gauge("outcry_mail_rows", "E-mails by state.")
    for state in OPEN:
        yield f'outcry_mail_rows{{state="{state}"}} {counted.get(state, 0)}'
    due = Email.objects.due(now).aggregate(count=Count("pk"), oldest=Min("due_at"))
    yield from _one("outcry_mail_due", "E-mails that could leave now.", due["count"])
    age = (now - due["oldest"]).total_seconds() if due["oldest"] else 0
    yield from _one("outcry_mail_oldest_due_seconds", "How long the oldest of them has waited.", round(age, 1))
    late = Email.objects.late(now).count()
    yield from _one("outcry_mail_late", "E-mails that wait, or are held by a dead worker, for five minutes.", late)
    sent = Email.objects.filter(state=State.SENT, sent_at__gt=now - timedelta(hours=1)).count()
    yield from _one("outcry_mail_sent_last_hour", "E-mails taken by the mail server within an hour.", sent)
    suppressed = Suppression.objects.filter(lifted_at=None).count()
    yield from _one("outcry_mail_suppressed_addresses", "Addresses that get no mail.", suppressed)
    calls = WebhookCount.objects.filter(day=now.date()).aggregate(refused=Sum("refused"), repeated=Sum("repeated"))
    yield from _one(
        "outcry_mail_reports_refused_today", "Forged or unreadable reports, UTC day.", calls["refused"] or 0
    )
    yield from _one("outcry_mail_reports_repeated_today", "Reports that came again, UTC day.", calls["repeated"] or 0)
    yield from _one("outcry_sending_paused", "1 while nothing is sent.", int(not switches.sends_mail()))


def _gauge(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"


def _one(name: str, meaning: str, value: float) -> Iterator[str]:
    yield from _gauge(name, meaning)
    yield f"{name} {value}"
