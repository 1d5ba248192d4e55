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
def sweep_suspects() -> None:
    services.sweep(now=timezone.now())


@shared_task
def calm_challenges() -> None:
    services.calm_challenges(now=timezone.now())


@shared_task
def work_off_batches(batch_id: int | None = None) -> None:
    """Go on with one batch of invalid signatures, or with every one that a dead worker left."""
    for pk in [batch_id] if batch_id else services.unfinished_batches():
        services.work_off_batch(pk, now=timezone.now())
