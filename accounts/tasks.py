"""What the clock starts in the accounts room."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from accounts import services


@shared_task
def forget_sign_ins() -> None:
    """Delete sign-in codes that ended more than a day ago, and sessions that expired."""
    services.forget_sign_in_codes(timezone.now())
    call_command("clearsessions")
