"""Links by mail: an invitation for a new member of staff, or a way to a new password.

An administrator never knows a password.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.exceptions import LinkRefused, StaffRefused
from accounts.models import StaffLink, User
from accounts.services.notices import mail_notice
from accounts.services.sessions import end_sessions
from accounts.services.staff import note_access_given
from privacy import tokens

Kind = StaffLink.Kind
LIFETIMES = {Kind.INVITATION: timedelta(days=7), Kind.NEW_PASSWORD: timedelta(hours=2)}


@transaction.atomic
def invite_staff(
    address: str, *, name: str, language: str, time_zone: str, groups: Iterable[Group], by: User, now: datetime
) -> User:
    """Make a member of staff without a password and mail the invitation. Raises StaffRefused, InvalidAddress."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(address, name=name, language=language, time_zone=time_zone, is_staff=True)
    except IntegrityError as exc:
        raise StaffRefused(_("Somebody signs in with this address already.")) from exc
    user.groups.set(groups)
    note_access_given(user, now=now)
    audit.record("accounts.invite_staff", user, by=by, now=now, roles=sorted(group.name for group in groups))
    _send_link(user, Kind.INVITATION, by=by, now=now)
    return user


@transaction.atomic
def send_invitation_again(user_id: int, *, by: User, now: datetime) -> User:
    """Mail a new invitation; the link of the earlier mail ends. Raises StaffRefused once it was accepted."""
    user = _staff(user_id, by)
    if user.has_usable_password():
        raise StaffRefused(_("The invitation was accepted already."))
    _send_link(user, Kind.INVITATION, by=by, now=now)
    audit.record("accounts.send_invitation_again", user, by=by, now=now)
    return user


@transaction.atomic
def revoke_invitation(user_id: int, *, by: User, now: datetime) -> User:
    """Take an invitation back; its link ends. Raises StaffRefused where none is open."""
    user = _staff(user_id, by)
    if not user.staff_links.open().filter(kind=Kind.INVITATION).update(revoked_at=now):
        raise StaffRefused(_("No invitation waits for an answer."))
    audit.record("accounts.revoke_invitation", user, by=by, now=now)
    return user


@transaction.atomic
def send_password_link(user_id: int, *, by: User, now: datetime) -> User:
    """Mail a link to set a new password; until it is used the old one holds. Raises StaffRefused."""
    user = _staff(user_id, by)
    if not user.has_usable_password() and not user.last_login:
        raise StaffRefused(_("This person has not accepted the invitation yet: please send that again."))
    _send_link(user, Kind.NEW_PASSWORD, by=by, now=now)
    note_access_given(user, now=now)
    audit.record("accounts.send_password_link", user, by=by, now=now)
    return user


def read_link(token: str, kind: str, *, now: datetime) -> StaffLink:
    """The link that a mail carried. Raises LinkRefused with what became of it."""
    rows = StaffLink.objects.select_related("user").filter(pk__in=tokens.row_ids(token), kind=kind)
    link = next((row for row in rows if tokens.matches(token, row.purpose, row.pk, bytes(row.nonce))), None)
    if link is None:
        raise LinkRefused(_("This link is not valid. Please open it as it stands in the mail."))
    if link.used_at is not None:
        raise LinkRefused(_("This link was used already: your password is set. Please sign in with it."))
    if link.revoked_at is not None or not link.user.is_active or not link.user.is_staff:
        raise LinkRefused(
            _(
                "This link does not work any more: it was taken back, or a newer mail has replaced it. "
                "Please ask the administrator who sent it."
            )
        )
    if not link.is_open(now):
        raise LinkRefused(_("This link has expired. Please ask the administrator who sent it for a new one."))
    return link


@transaction.atomic
def use_link(link_id: int, *, password: str, name: str = "", now: datetime) -> User:
    """Set the password, and the name where one is given; every open session of the person ends. Raises LinkRefused."""
    link = StaffLink.objects.select_for_update(of=["self"]).select_related("user").get(pk=link_id)
    read_link(link.token, link.kind, now=now)
    link.used_at = now
    link.save(update_fields=["used_at"])
    user = link.user
    user.name = name or user.name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    end_sessions(user)
    if link.kind == Kind.INVITATION:
        audit.record("accounts.accept_invitation", user, by=user, now=now)
    else:
        audit.record("accounts.set_password", user, by=user, now=now)
        mail_notice(user, gettext_lazy("Your password was changed with a link that an administrator had mailed you."))
    return user


def _staff(user_id: int, by: User) -> User:
    user = User.objects.select_for_update(of=["self"]).get(pk=user_id)
    if not user.is_staff:
        raise StaffRefused(_("Delegates sign in by e-mailed code or passkey and have no password."))
    if not user.is_active:
        raise StaffRefused(_("This account is not active. Tick “active” first."))
    if user.is_superuser and not by.is_superuser:
        raise StaffRefused(_("Only another superuser may do this to a superuser."))
    return user


def _send_link(user: User, kind: StaffLink.Kind, *, by: User, now: datetime) -> StaffLink:
    user.staff_links.open().filter(kind=kind).update(revoked_at=now)
    link = StaffLink.objects.create(
        kind=kind, user=user, sent_by=by, nonce=tokens.new_nonce(), sent_at=now, expires_at=now + LIFETIMES[kind]
    )
    with translation.override(user.language):
        context = {
            "name": user.name,
            "by": by.get_full_name(),
            "url": settings.SITE_URL + reverse(f"admin:{kind.value}", args=[link.token]),
            "site": settings.SITE_URL,
            "days": LIFETIMES[kind].days,
            "hours": LIFETIMES[kind].seconds // 3600,
        }
        EmailMessage(
            render_to_string(f"accounts/email/{kind.value}.subject.txt", context).strip(),
            render_to_string(f"accounts/email/{kind.value}.txt", context),
            to=[user.email],
        ).send()
    return link
