"""What is kept of people who sign in, and for how long."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from accounts.models import KnownDevice, SignInCode, StaffLink
from accounts.services import DEVICE_LIFETIME
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
