"""The second factor of staff: an authenticator app, or a recovery code where everything else is gone."""

import secrets
from datetime import datetime

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, throttle
from accounts.exceptions import FactorRefused, WrongCode
from accounts.models import FACTORS, RecoveryCode, TotpDevice, User
from accounts.services.notices import mail_notice
from accounts.services.sessions import end_sessions
from accounts.services.staff import note_access_given
from accounts.throttle import Source
from privacy.fingerprints import fingerprint

STEP = 30  # seconds that a code of the app lasts (RFC 6238)
DRIFT = 1  # steps that a telephone's clock may be off
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike; 12 of them are 59 bits
ISSUER = "Outcry"

WRONG_CODE = gettext_lazy(
    "This code does not fit, or was used already. The app shows a new one every thirty seconds; your telephone's clock "
    "must be right."
)
WRONG_RECOVERY_CODE = gettext_lazy("This recovery code does not fit, or was used already. Each works once.")


def has_second_factor(user: User) -> bool:
    """Whether the person can prove more than a password: a confirmed app, or a passkey."""
    return user.totp_devices.exclude(confirmed_at=None).exists() or user.passkeys.exists()


# --- The app --------------------------------------------------------------------------------------
def begin_totp(user: User, *, now: datetime) -> TotpDevice:
    """The app that this person is setting up; the same until it is confirmed."""
    device, _created = TotpDevice.objects.get_or_create(
        user=user, confirmed_at=None, defaults={"secret": pyotp.random_base32(), "created_at": now}
    )
    return device


def totp_uri(device: TotpDevice) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    return pyotp.TOTP(device.secret).provisioning_uri(name=device.user.email, issuer_name=ISSUER)


@transaction.atomic
def _confirm_totp(user_id: int, code: str, now: datetime) -> bool:
    user = _locked(user_id)
    device = user.totp_devices.filter(confirmed_at=None).first()
    step = _step_of(device, code, now) if device else None
    if device is None or step is None:
        return False
    replaced = user.totp_devices.exclude(confirmed_at=None).delete()[0]
    device.confirmed_at, device.last_step = now, step
    device.save(update_fields=["confirmed_at", "last_step"])
    audit.record("accounts.add_authenticator", user, by=user, now=now, replaced=bool(replaced))
    mail_notice(user, gettext_lazy("An authenticator app was added."))
    return True


def confirm_totp(user: User, code: str, *, source: Source, now: datetime) -> None:
    """Take the app into use, in place of an earlier one, once a code was read back. Raises WrongCode, TooManyTries."""
    throttle.count_try(bytes(user.email_fingerprint), source, now=now)
    if not _confirm_totp(user.pk, code, now):
        throttle.note_refusal("first code of an app", user.pk)
        raise WrongCode(WRONG_CODE)


@transaction.atomic
def _take_totp(user_id: int, code: str, now: datetime) -> bool:
    user = _locked(user_id)
    device = user.totp_devices.exclude(confirmed_at=None).first()
    step = _step_of(device, code, now) if device else None
    if device is None or step is None:
        return False
    device.last_step = step
    device.save(update_fields=["last_step"])
    return True


def verify_totp(user: User, code: str, *, source: Source, now: datetime) -> None:
    """Take a code of the app, each once. Raises WrongCode or TooManyTries."""
    throttle.count_try(bytes(user.email_fingerprint), source, now=now)
    if not _take_totp(user.pk, code, now):
        throttle.note_refusal("code of an app", user.pk)
        raise WrongCode(WRONG_CODE)


@transaction.atomic
def remove_totp(user_id: int, *, now: datetime) -> None:
    """Forget the person's app. Raises FactorRefused for the last second factor where one is required."""
    user = _locked(user_id)
    if not user.totp_devices.exclude(confirmed_at=None).exists():
        raise FactorRefused(_("There is no authenticator app to remove."))
    refuse_to_take_the_last(user, others=user.passkeys.exists())
    user.totp_devices.all().delete()
    audit.record("accounts.remove_authenticator", user, by=user, now=now)
    mail_notice(user, gettext_lazy("The authenticator app was removed."))


def refuse_to_take_the_last(user: User, *, others: bool) -> None:
    """Raises FactorRefused when staff would stand without the second factor that this site requires."""
    if user.is_staff and settings.STAFF_SECOND_FACTOR and not others:
        raise FactorRefused(_("This is your only second factor. Please add another one before you remove it."))


def _step_of(device: TotpDevice, code: str, now: datetime) -> int | None:
    """Which of the present steps this is the code of, later than the one taken last."""
    digits = "".join(ch for ch in code if ch.isascii() and ch.isdigit())
    totp, present = pyotp.TOTP(device.secret), int(now.timestamp()) // STEP
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if constant_time_compare(totp.at(step * STEP), digits) and step > device.last_step:
            found = step
    return found


# --- Recovery codes -------------------------------------------------------------------------------
@transaction.atomic
def make_recovery_codes(user_id: int, *, now: datetime) -> list[str]:
    """Ten new codes, `k7mq-2v9d-xh4t`, in place of all earlier ones. This is the only time they can be read."""
    user = _locked(user_id)
    had = user.recovery_codes.all().delete()[0]
    codes = ["".join(secrets.choice(LETTERS) for _position in range(12)) for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_code_hash(user, code)) for code in codes)
    audit.record("accounts.make_recovery_codes", user, by=user, now=now)
    if had:
        mail_notice(user, gettext_lazy("New recovery codes were made. The earlier ones do not work any more."))
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def keep_recovery_codes(user: User, *, now: datetime) -> None:
    """The person says that they have written the codes down."""
    user.recovery_codes.filter(kept_at=None).update(kept_at=now)


def has_recovery_codes(user: User) -> bool:
    """Whether codes were made, and kept."""
    return user.recovery_codes.exclude(kept_at=None).exists()


def recovery_codes_left(user: User) -> int:
    return user.recovery_codes.filter(used_at=None).count()


@transaction.atomic
def _take_recovery_code(user_id: int, code: str, now: datetime) -> bool:
    user = _locked(user_id)
    taken = user.recovery_codes.filter(code_hash=_code_hash(user, code), used_at=None).update(used_at=now)
    if not taken:
        return False
    left = recovery_codes_left(user)
    audit.record("accounts.use_recovery_code", user, by=user, now=now, left=left)
    mail_notice(user, gettext_lazy("Somebody signed in with one of your recovery codes. It does not work again."))
    return True


def use_recovery_code(user: User, code: str, *, source: Source, now: datetime) -> None:
    """Take one of the ten codes, once. Raises WrongCode or TooManyTries."""
    throttle.count_try(bytes(user.email_fingerprint), source, now=now)
    if not _take_recovery_code(user.pk, code, now):
        throttle.note_refusal("recovery code", user.pk)
        raise WrongCode(WRONG_RECOVERY_CODE)


def _code_hash(user: User, code: str) -> bytes:
    """Under the key that is never rotated, as the codes lie in a drawer for years."""
    letters = "".join(ch for ch in code.lower() if ch in LETTERS)
    return fingerprint(f"{user.pk}:{letters}", purpose="recovery-code")


# --- When everything is lost ----------------------------------------------------------------------
@transaction.atomic
def reset_second_factor(user_id: int, *, by: User | None, reason: str, now: datetime) -> User:
    """Forget every factor and end every session of a person, who sets up a new one at the next sign-in.

    `by` is another administrator; None: somebody at the server's console. Raises FactorRefused.
    """
    user = _locked(user_id)
    if by is not None and by.pk == user.pk:
        raise FactorRefused(_("Another administrator resets your second factor."))
    if by is not None and user.is_superuser and not by.is_superuser:
        raise FactorRefused(_("Only another superuser may do this to a superuser."))
    for model in FACTORS:
        model.objects.filter(user=user).delete()
    end_sessions(user)
    if by is not None:
        note_access_given(user, now=now)
    audit.record("accounts.reset_second_factor", user, by=by, reason=reason, now=now)
    mail_notice(user, gettext_lazy("Your second factor was reset. You set up a new one when you next sign in."))
    return user


def _locked(user_id: int) -> User:
    return User.objects.select_for_update(of=["self"]).get(pk=user_id)
