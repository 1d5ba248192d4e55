"""Lines about who came in and who left, from Django's own signals: no view can forget them."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.audit.recording import record
from accounts.models import User


@receiver(user_logged_in, dispatch_uid="accounts.audit.signed_in")
def record_sign_in(sender: Any, user: User, **kwargs: Any) -> None:
    record("accounts.sign_in", user, by=user)


@receiver(user_logged_out, dispatch_uid="accounts.audit.signed_out")
def record_sign_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:  # the session had ended already
        record("accounts.sign_out", user, by=user)
