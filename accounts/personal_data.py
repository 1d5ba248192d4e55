"""What is kept of people who sign in, for how long, and how one is erased."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import models
from django.dispatch import receiver
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import KnownDevice, SignInCode, StaffLink, User
from accounts.services import DEVICE_LIFETIME
from privacy import erasure
from privacy.erasure import Eraser
from privacy.fingerprints import fingerprint
from privacy.models import ErasureRecord
from privacy.retention import Clock, deleted, oldest, register

register(
    Clock(
        name="accounts.sign_in_codes",
        title=_("Sign-in codes"),
        what=_("The keyed hash of the code is deleted, used or not."),
        after=timedelta(days=1),
        since=_("after the code ended"),
        act=lambda before: deleted(SignInCode.objects.filter(expires_at__lte=before)),
        count=lambda before: SignInCode.objects.filter(expires_at__lte=before).count(),
        oldest=lambda: oldest(SignInCode.objects.all(), "expires_at"),
    )
)
register(
    Clock(
        name="accounts.sessions",
        title=_("Sessions"),
        what=_("The session is deleted."),
        after=timedelta(),
        since=_("after it ended"),
        act=lambda before: deleted(Session.objects.filter(expire_date__lte=before)),
        count=lambda before: Session.objects.filter(expire_date__lte=before).count(),
        oldest=lambda: oldest(Session.objects.all(), "expire_date"),
    )
)
register(
    Clock(
        name="accounts.staff_links",
        title=_("Links for staff"),
        what=_("The invitation or the way to a new password is deleted; the history keeps who sent it."),
        after=timedelta(days=30),
        since=_("after the link ended"),
        act=lambda before: deleted(StaffLink.objects.filter(expires_at__lte=before)),
        count=lambda before: StaffLink.objects.filter(expires_at__lte=before).count(),
        oldest=lambda: oldest(StaffLink.objects.all(), "expires_at"),
    )
)
register(
    Clock(
        name="accounts.devices",
        title=_("Known devices"),
        what=_("The browser is forgotten; whoever uses it signs in as on a new one."),
        after=DEVICE_LIFETIME,
        since=_("after the last sign-in in it"),
        act=lambda before: deleted(KnownDevice.objects.filter(last_used_at__lte=before)),
        count=lambda before: KnownDevice.objects.filter(last_used_at__lte=before).count(),
        oldest=lambda: oldest(KnownDevice.objects.all(), "last_used_at"),
    )
)


def _account_of(person: bytes, written_until: datetime) -> models.QuerySet[User]:
    return User.objects.filter(email_fingerprint=person, date_joined__lte=written_until)


def _refusal(person: bytes) -> str:
    """Whoever may act for others is not erased while they may."""
    user = User.objects.filter(email_fingerprint=person, is_active=True).first()
    if user is None:
        return ""
    if user.is_staff:
        return gettext(
            "This is the address of a member of staff. An administrator ends the account first; what was done with it "
            "stays in the history, under its number."
        )
    return gettext(
        "This is the address of a delegate. A co-signature is an act of the organization and stays with the name that "
        "stands under it. When the delegate leaves, an administrator ends the account; then the person can be erased."
    )


def _erase_account(person: bytes, written_until: datetime, now: datetime) -> int:
    """Empty the account: the row stays, because acts in the history and under texts point to it."""
    accounts = list(_account_of(person, written_until).select_for_update(of=["self"]))
    for user in accounts:
        for relation in User._meta.related_objects:
            if relation.on_delete is models.CASCADE and not relation.many_to_many:
                relation.related_model._default_manager.filter(**{relation.field.name: user}).delete()
        user.groups.clear()
        user.user_permissions.clear()
        user.name, user.is_active, user.is_staff, user.is_superuser = "", False, False, False
        user.last_login, user.session_round = None, user.session_round + 1
        user.email = f"erased-{user.pk}@nobody.invalid"  # no mail can be sent there, and nobody can sign in with it
        user.email_fingerprint = fingerprint(str(user.pk), purpose="erased account")
        user.set_unusable_password()
        user.save()
    return len(accounts)


erasure.register(
    Eraser(
        name="accounts.users",
        title=_("Accounts"),
        find=lambda person, written_until: _account_of(person, written_until).count(),
        erase=_erase_account,
        known=lambda: (bytes(row) for row in User.objects.values_list("email_fingerprint", flat=True).iterator()),
        refusal=_refusal,
    )
)


@receiver(erasure.person_erased)
def write_audit_line(
    record: ErasureRecord, by: User | None, reason: str, counts: dict[str, int], now: datetime, **kwargs: object
) -> None:
    audit.record("privacy.erase_person", record, by=by, reason=reason, now=now, **counts)
