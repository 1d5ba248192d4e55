"""What happens to the account of a member of staff: the own password, and what an administrator changes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.exceptions import WrongPassword
from accounts.models import User
from accounts.services.notices import mail_notice
from accounts.services.sessions import end_sessions


@transaction.atomic
def change_password(user_id: int, *, old: str, new: str, now: datetime) -> User:
    """Change one's own password; every other session ends. Raises WrongPassword."""
    user = User.objects.select_for_update(of=["self"]).get(pk=user_id)
    if not user.check_password(old):
        raise WrongPassword(_("This is not your present password."))
    user.set_password(new)
    user.save(update_fields=["password"])
    user.staff_links.open().update(revoked_at=now)
    audit.record("accounts.set_password", user, by=user, now=now)
    mail_notice(user, gettext_lazy("Your password was changed."))
    return user


def note_access_given(user: User, *, now: datetime) -> None:
    """An administrator has let this person in anew: for a while they decide nothing that cannot be taken back."""
    user.access_given_at = now
    user.save(update_fields=["access_given_at"])


def follow_changes(user: User, changed: Iterable[str], *, earlier_address: str, now: datetime) -> None:
    """After an administrator has changed an account: who may not come in any more is out, a new address is announced.

    The mail to the earlier address is what a person learns of an administrator who turns their account over.
    """
    changed = set(changed)
    if {"email", "groups", "is_staff", "is_active"} & changed:
        note_access_given(user, now=now)
    if {"is_active", "is_staff"} & changed and not (user.is_active and user.is_staff):
        end_sessions(user)
    if "email" in changed and earlier_address:
        user.staff_links.open().update(revoked_at=now)
        sentence = gettext_lazy("An administrator has changed the address with which you sign in.")
        mail_notice(user, sentence, to=earlier_address)
        mail_notice(user, sentence)
