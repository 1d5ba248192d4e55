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
def close_due_petitions() -> None:
    services.close_due_petitions(now=timezone.now())


@shared_task
def mail_updates() -> None:
    """Write the next mails of published updates; runs once a minute, and a second one at once writes nothing twice."""
    services.mail_updates(now=timezone.now())
