"""What the clock starts in the petitions room."""

from celery import shared_task
from django.utils import timezone

from petitions import services


@shared_task
def refresh_signature_counts() -> None:
    """Add up what changed; a milestone that was passed meanwhile, or by a run that was killed here, is seen then."""
    services.refresh_signature_counts(now=timezone.now())
    services.reach_milestones(now=timezone.now())


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
def work_off_batches() -> None:
    """Go on with every batch of invalid signatures that is not finished: a new one, or what a dead worker left."""
    for batch_id in services.unfinished_batches():
        services.work_off_batch(batch_id, now=timezone.now())


@shared_task
def close_due_petitions() -> None:
    services.close_due_petitions(now=timezone.now())


@shared_task
def mail_updates() -> None:
    """Write the next mails of published updates; runs once a minute, and a second one at once writes nothing twice."""
    services.mail_updates(now=timezone.now())


@shared_task
def remind_pending() -> None:
    services.remind_pending(now=timezone.now())
