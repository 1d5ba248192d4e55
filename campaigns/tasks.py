"""What the clock starts in the campaigns room."""

from celery import shared_task
from django.utils import timezone

from campaigns import services


@shared_task
def send_due_digests() -> None:
    """Close the digests whose day is over; a second run finds none."""
    services.send_due_digests(now=timezone.now())
