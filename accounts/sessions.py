"""The session of a person: half open after the password, open after everything asked for, eight hours at most.

Until it is open, Django knows nobody in it: what remembers the half-open one is of use on the pages of the second
factor alone.
"""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.models import User
from privacy import crypto

BACKEND = "accounts.backends.AddressBackend"
LIFETIME = timedelta(seconds=settings.SESSION_COOKIE_AGE)  # from signing in, whatever is done meanwhile
HALF_OPEN_FOR = timedelta(minutes=15)  # between the password and the second factor, setting one up included
RECENT = timedelta(minutes=15)  # how long after signing in the ways in may be changed

HALF_OPEN, METHOD, SIGNED_IN_AT, UNSEEN_CODES = "half_open", "signed_in_with", "signed_in_at", "recovery_codes"


class Method(StrEnum):
    """What was proved when the session was opened."""

    PASSWORD = "password"  # noqa: S105 alone, where no second factor is required
    AUTHENTICATOR = "authenticator"
    RECOVERY_CODE = "recovery_code"
    SET_UP = "set_up"  # the password, and a factor that was new
    PASSKEY = "passkey"
    MAILED_CODE = "mailed_code"  # a delegate
    DELEGATE_PASSKEY = "delegate_passkey"


FULL = {Method.AUTHENTICATOR, Method.RECOVERY_CODE, Method.SET_UP, Method.PASSKEY}
OF_DELEGATES = {Method.MAILED_CODE, Method.DELEGATE_PASSKEY}


# --- Half open ------------------------------------------------------------------------------------
def begin(request: HttpRequest, user: User, *, next_url: str = "", now: datetime) -> None:
    """The password was right: remember whose, under a new key, and forget whoever was signed in."""
    request.session.flush()
    request.session[HALF_OPEN] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),  # so that a new password ends it
        "until": (now + HALF_OPEN_FOR).timestamp(),
        "next": next_url,
    }


def half_open_user(request: HttpRequest, now: datetime) -> User | None:
    """Whose password was right in this browser, and who has not come in yet."""
    known = request.session.get(HALF_OPEN)
    if not known or known["until"] < now.timestamp():
        return None
    user = User.objects.filter(pk=known["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(known["hash"], user.get_session_auth_hash()):
        return None
    return user


def next_url(request: HttpRequest) -> str:
    """Where the person wanted to go before they were asked who they are."""
    return str((request.session.get(HALF_OPEN) or {}).get("next", ""))


# --- Open -----------------------------------------------------------------------------------------
def complete(request: HttpRequest, user: User, *, method: Method, now: datetime) -> None:
    """Open the session under a new key, its end fixed. accounts.audit hears of it from Django's signal."""
    request.session.pop(HALF_OPEN, None)
    login(request, user, backend=BACKEND)
    request.session[METHOD] = method.value
    request.session[SIGNED_IN_AT] = now.timestamp()
    request.session.set_expiry(now + LIFETIME)


def opens_desk(request: HttpRequest) -> bool:
    """Whether what was proved is enough for the desk. A delegate's session never is, whatever the person became."""
    method = request.session.get(METHOD)
    if settings.STAFF_SECOND_FACTOR:
        return method in FULL
    return method not in OF_DELEGATES


def is_recent(request: HttpRequest, now: datetime) -> bool:
    """Whether the person has just proved who they are, which changing the ways in takes."""
    return now.timestamp() - request.session.get(SIGNED_IN_AT, 0) < RECENT.total_seconds()


def raise_to(request: HttpRequest, method: Method) -> None:
    """A session opened by password alone has now proved more."""
    if request.session.get(METHOD) not in FULL:
        request.session[METHOD] = method.value


def ends_at(request: HttpRequest) -> datetime:
    return request.session.get_expiry_date().astimezone(UTC)


# --- Recovery codes until the person has written them down ------------------------------------------
def show_codes(request: HttpRequest, codes: list[str], *, next_url: str = "") -> None:
    """Keep new codes, sealed, until the person says that they have them: the page may be loaded again."""
    sealed = crypto.seal(json.dumps(codes).encode(), purpose="session.recovery_codes").hex()
    request.session[UNSEEN_CODES] = {"sealed": sealed, "next": next_url}


def shown_codes(request: HttpRequest) -> list[str]:
    """The codes that wait to be written down; [] when none do, or the key that sealed them is gone."""
    try:
        sealed = bytes.fromhex(request.session[UNSEEN_CODES]["sealed"])
        codes: list[str] = json.loads(crypto.unseal(sealed, purpose="session.recovery_codes"))
    except (KeyError, crypto.Undecryptable):
        return []
    return codes


def forget_codes(request: HttpRequest) -> str:
    """The person has them. Returns where they wanted to go."""
    return str((request.session.pop(UNSEEN_CODES, None) or {}).get("next", ""))


def codes_wait(request: HttpRequest) -> bool:
    """Whether codes must be written down before anything else of the desk opens."""
    return UNSEEN_CODES in request.session
