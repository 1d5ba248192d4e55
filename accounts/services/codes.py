"""Signing in by e-mailed code."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.exceptions import TooManyTries, WrongCode
from accounts.models import SignInCode, User
from accounts.throttle import Source, count_try, note_refusal
from privacy import throttle, tokens
from privacy.addresses import canonical, normalize
from privacy.fingerprints import address_fingerprint

WITHHOLD_HEADER = "X-Outcry-Withhold"  # to outbox.backends: write the row, send nothing
MAX_TRIES = 5  # for one code, in the one browser that asked for it
CODES_PER_HOUR = 5  # for one address, asked for from one network, or from one device that is known as its person's
CODES_PER_HOUR_IN_ALL = 20  # for one address, from everywhere
HOUR = timedelta(hours=1)


def request_sign_in_code(address: str, *, session: str, source: Source, now: datetime) -> None:
    """Mail a code to the active delegate with this address, good only with the same `session`.

    `session` is a random string that only the asking browser's session holds: a stranger who asks or guesses
    elsewhere neither ends this code nor uses up its tries. An unknown address, or one of staff, who sign in at the
    desk, costs the same counters, rows and rendering; its mail is withheld. Raises TooManyTries.
    """
    asked = address_fingerprint(canonical(normalize(address)))
    if source.device:  # has signed in as this very person before: strangers use up nothing of it
        within = throttle.hit("sign-in-code-device", source.device, limit=CODES_PER_HOUR, per=HOUR, now=now)
    else:
        if not throttle.hit("sign-in-code", source.network, limit=30, per=HOUR, now=now):
            raise TooManyTries(_("Too many codes were asked for from your network. Please wait an hour."))
        here, in_all = ("sign-in-code-here", asked + source.network), ("sign-in-code-user", asked)
        within = throttle.hit(*here, limit=CODES_PER_HOUR, per=HOUR, now=now) and throttle.hit(
            *in_all, limit=CODES_PER_HOUR_IN_ALL, per=HOUR, now=now
        )
    if not within:
        return  # whoever has this address, an earlier code still works
    user = _delegate_user(address)
    session_hash = _session_hash(session)
    code = f"{secrets.randbelow(10**8):08d}"
    with transaction.atomic():
        SignInCode.objects.filter(session_hash=session_hash, used_at=None).update(expires_at=now)
        SignInCode.objects.create(
            user=user,
            session_hash=session_hash,
            code_hash=_code_hash(session, code),
            expires_at=now + settings.SIGN_IN_CODE_LIFETIME,
        )
        _mail_code(user, code)


def redeem_sign_in_code(address: str, code: str, *, session: str, source: Source, now: datetime) -> User:
    """Return the user whose current code this is in this session, once. Raises WrongCode or TooManyTries."""
    count_try(address_fingerprint(canonical(normalize(address))), source, now=now)
    user = _delegate_user(address)
    digits = "".join(ch for ch in code if ch.isascii() and ch.isdigit())
    with transaction.atomic():
        row = (
            SignInCode.objects.select_for_update()
            .filter(
                user=user,
                session_hash=_session_hash(session),
                used_at=None,
                expires_at__gt=now,
                tries__lt=MAX_TRIES,
            )
            .order_by("-pk")
            .first()
        )
        fits = row is not None and constant_time_compare(bytes(row.code_hash), _code_hash(session, digits))
        if row is not None:
            row.tries += 1
            row.used_at = now if fits else None
            row.save(update_fields=["tries", "used_at"])
    if user is None or not fits:
        note_refusal("mailed code", user.pk if user else None)
        raise WrongCode(_("This code does not fit, or is no longer valid. Ask for a new one."))
    return user


def _delegate_user(address: str) -> User | None:
    """The active user with this address; none for staff, who sign in at the desk, by password."""
    try:
        user = User.objects.get_by_natural_key(address)
    except User.DoesNotExist:
        return None
    return user if user.is_active and not user.is_staff else None


def _mail_code(user: User | None, code: str) -> None:
    """Write the mail; without a user to nowhere, marked so that the outbox keeps it back."""
    context = {
        "code": f"{code[:4]} {code[4:]}",
        "minutes": int(settings.SIGN_IN_CODE_LIFETIME.total_seconds() // 60),
    }
    with translation.override(user.language if user else translation.get_language()):
        EmailMessage(
            render_to_string("accounts/email/sign_in_code.subject.txt", context).strip(),
            render_to_string("accounts/email/sign_in_code.txt", context),
            to=[user.email if user else f"{secrets.token_hex(8)}@nobody.invalid"],
            headers={} if user else {WITHHOLD_HEADER: "1"},
        ).send()


def _session_hash(session: str) -> bytes:
    return tokens.keyed_hash("sign-in-session", session)


def _code_hash(session: str, code: str) -> bytes:
    return tokens.keyed_hash("sign-in-code", f"{session}:{code}")
