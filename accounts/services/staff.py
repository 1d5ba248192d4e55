"""What administrators do to the accounts of staff."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.exceptions import AccountsError
from accounts.models import User


@transaction.atomic
def set_password(user_id: int, *, password: str, by: User, now: datetime) -> User:
    """Give a member of staff a new password; open sessions end. Raises AccountsError for a delegate, who has none."""
    user = User.objects.select_for_update(of=["self"]).get(pk=user_id)
    if not user.is_staff:
        raise AccountsError(_("Delegates sign in by e-mailed code and have no password."))
    if user.is_superuser and not by.is_superuser:
        raise AccountsError(_("Only another superuser may set the password of a superuser."))
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("accounts.set_password", user, by=by, now=now)
    return user
