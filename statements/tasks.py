"""What the clock starts in the statements room."""

from celery import shared_task
from django.utils import timezone

from statements import services


@shared_task
def lift_due_embargoes() -> None:
    services.lift_due_embargoes(now=timezone.now())
