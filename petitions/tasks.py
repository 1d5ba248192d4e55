"""What the clock starts in the petitions room."""

from celery import shared_task
from django.utils import timezone

from petitions import services


@shared_task
def refresh_signature_counts() -> None:
    services.refresh_signature_counts(now=timezone.now())


@shared_task
def audit_signature_counts() -> None:
    services.audit_signature_counts(now=timezone.now())


@shared_task
def remind_pending() -> None:
    services.remind_pending(now=timezone.now())
