"""What the clock starts in the privacy room."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from privacy import network, throttle
from privacy.models import NetworkKey


@shared_task
def forget_networks() -> None:
    """Delete network keys older than 30 days and spent throttle counters."""
    now = timezone.now()
    NetworkKey.objects.filter(day__lt=now.date() - timedelta(days=network.KEPT_DAYS)).delete()
    throttle.forget_expired(now)
