"""What the clock starts in the accounts room."""

from celery import shared_task
from django.utils import timezone

from accounts.audit import chain


@shared_task
def seal_audit() -> None:
    """Link the audit's new lines to its chain."""
    chain.seal(timezone.now(), behind=chain.LATE_LINES)


@shared_task
def note_audit_head() -> None:
    """Look once a day for lines however late, then write the head of the chain to the log."""
    chain.seal(timezone.now())
    chain.note_head()
