"""What the clock starts in the privacy room."""

from celery import shared_task
from django.utils import timezone

from privacy import retention


@shared_task
def run_retention() -> None:
    """Run the retention clocks of all rooms."""
    retention.run(now=timezone.now())
