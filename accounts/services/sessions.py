"""Ending what is open in somebody's name."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from accounts.exceptions import StaffRefused
from accounts.models import User


def end_sessions(user: User) -> None:
    """Every open session of this person ends with its next request, and no device is known any more."""
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    user.refresh_from_db(fields=["session_round"])
    user.known_devices.all().delete()


@transaction.atomic
def sign_out_everywhere(user_id: int, *, by: User, now: datetime) -> User:
    """End all sessions, one's own or those of a colleague. Raises StaffRefused."""
    user = User.objects.select_for_update(of=["self"]).get(pk=user_id)
    if user.is_superuser and not by.is_superuser:
        raise StaffRefused(_("Only another superuser may do this to a superuser."))
    end_sessions(user)
    audit.record("accounts.end_sessions", user, by=by, now=now)
    return user
