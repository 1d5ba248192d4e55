"""Signing in by e-mailed code."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts import audit
from accounts.exceptions import AccountsError, TooManyTries, WrongCode
from accounts.models import SignInCode, User
from privacy import throttle, tokens

MAX_TRIES = 5
CODES_PER_HOUR = 5


def request_sign_in_code(address: str, *, network: bytes, now: datetime) -> None:
    """Mail a code to the active delegate or staff member with this address; strangers are mailed nothing.

    Known and unknown addresses take the same path up to the last step. Raises TooManyTries.
    """
    within = throttle.hit("sign-in-code", network, limit=30, per=timedelta(hours=1), now=now)
    if not within:
        raise TooManyTries(_("Too many codes were asked for from your network. Please wait an hour."))
    user = _active_user(address)
    code = f"{secrets.randbelow(10**8):08d}"
    if user is None or user.is_staff:  # staff sign in at the desk, by password
        return
    if not throttle.hit(
        "sign-in-code-user", bytes(user.email_fingerprint), limit=CODES_PER_HOUR, per=timedelta(hours=1), now=now
    ):
        return
    with transaction.atomic():
        SignInCode.objects.filter(user=user, used_at=None).update(expires_at=now)
        SignInCode.objects.create(
            user=user, code_hash=_code_hash(user, code), expires_at=now + settings.SIGN_IN_CODE_LIFETIME
        )
        context = {
            "code": f"{code[:4]} {code[4:]}",
            "minutes": int(settings.SIGN_IN_CODE_LIFETIME.total_seconds() // 60),
        }
        with translation.override(user.language):
            send_mail(
                render_to_string("accounts/email/sign_in_code.subject.txt", context).strip(),
                render_to_string("accounts/email/sign_in_code.txt", context),
                None,
                [user.email],
            )


def redeem_sign_in_code(address: str, code: str, *, network: bytes, now: datetime) -> User:
    """Return the user whose current code this is, once. Raises WrongCode or TooManyTries."""
    if not throttle.hit("sign-in-try", network, limit=100, per=timedelta(minutes=10), now=now):
        raise TooManyTries(_("Too many tries from your network. Please wait ten minutes."))
    wrong = WrongCode(_("This code does not fit, or is no longer valid. Ask for a new one."))
    user = _active_user(address)
    if user is None:
        raise wrong
    digits = "".join(ch for ch in code if ch.isascii() and ch.isdigit())
    with transaction.atomic():
        row = (
            SignInCode.objects.select_for_update()
            .filter(user=user, used_at=None, expires_at__gt=now, tries__lt=MAX_TRIES)
            .order_by("-pk")
            .first()
        )
        fits = row is not None and constant_time_compare(bytes(row.code_hash), _code_hash(user, digits))
        if row is not None:
            row.tries += 1
            row.used_at = now if fits else None
            row.save(update_fields=["tries", "used_at"])
    if not fits:
        raise wrong
    return user


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


def _active_user(address: str) -> User | None:
    try:
        user = User.objects.get_by_natural_key(address)
    except User.DoesNotExist:
        return None
    return user if user.is_active else None


def _code_hash(user: User, code: str) -> bytes:
    return tokens.keyed_hash("sign-in-code", f"{user.pk}:{code}")
