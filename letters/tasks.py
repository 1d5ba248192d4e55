"""What the clock does in the letters room."""

from celery import shared_task
from django.utils import timezone

from letters import services


@shared_task(acks_late=True)
def open_follow_ups() -> None:
    """Letters that nobody answers become tasks. Running twice adds nothing."""
    services.open_follow_ups(now=timezone.now())
