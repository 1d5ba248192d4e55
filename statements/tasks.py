"""What the clock does in the statements room: reminders, the drafter's day, final copies, and embargoes."""

from celery import shared_task
from django.utils import timezone

from statements import services


@shared_task(acks_late=True)
def remind_the_silent() -> None:
    """Write the reminders that are due. Running twice writes nothing more."""
    services.remind_the_silent(now=timezone.now())


@shared_task(acks_late=True)
def write_drafter_digests() -> None:
    """One mail a day for each statement that is being signed."""
    services.write_drafter_digests(now=timezone.now())


@shared_task(acks_late=True)
def send_final_copies() -> None:
    """The published text goes to whoever let the secretariat sign."""
    services.send_final_copies(now=timezone.now())


@shared_task
def lift_due_embargoes() -> None:
    services.lift_due_embargoes(now=timezone.now())
