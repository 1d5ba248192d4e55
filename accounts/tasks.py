"""What the clock starts in the accounts room."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from accounts import services
from accounts.audit import chain


@shared_task
def forget_sign_ins() -> None:
    """Delete sign-in codes that ended more than a day ago, and sessions that expired."""
    services.forget_sign_in_codes(timezone.now())
    call_command("clearsessions")


@shared_task(runs_while_read_only=True)  # what is done meanwhile must not stand outside of the chain
def seal_audit() -> None:
    """Link the audit's new lines to its chain."""
    chain.seal(timezone.now())


@shared_task(runs_while_read_only=True)
def note_audit_head() -> None:
    """Write the head of the chain to the log, once a day."""
    chain.note_head()
