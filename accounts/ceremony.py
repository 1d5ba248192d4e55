"""Passkeys between browser and server: the challenge lives in the session, once, for some minutes."""

from datetime import datetime, timedelta

from django.http import HttpRequest, JsonResponse
from django.http.request import split_domain_port

from accounts import device_cookie, services, throttle
from accounts.exceptions import AccountsError
from accounts.forms import PasskeyNameForm
from accounts.models import User
from accounts.services import Party

CHALLENGE = "passkey_challenge"
LASTS = timedelta(minutes=5)
ADD, USE = "add", "use"


def party(request: HttpRequest) -> Party:
    """The site under the very name that the browser shows: Django has checked it against ALLOWED_HOSTS."""
    host = request.get_host()
    return Party(host=split_domain_port(host)[0], origin=f"{request.scheme}://{host}")


# --- A new passkey ------------------------------------------------------------------------------------
def ask_for_new(request: HttpRequest, user: User, *, now: datetime) -> JsonResponse:
    """What the browser makes a passkey of."""
    challenge = _give_challenge(request, ADD, now)
    options = services.registration_options(user, party=party(request), challenge=challenge)
    return JsonResponse({"publicKey": options})


def keep_new(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Keep the passkey that the browser has made, under the name in the form. Raises AccountsError."""
    challenge = _take_challenge(request, ADD, now)  # gone whatever comes of it
    services.add_passkey(
        user.pk,
        request.POST.get("credential", ""),
        name=given_name(request),
        party=party(request),
        challenge=challenge,
        by=user,
        now=now,
    )


def given_name(request: HttpRequest) -> str:
    """What the person calls the passkey. Raises AccountsError."""
    form = PasskeyNameForm(request.POST)
    if not form.is_valid():
        raise AccountsError(next(iter(form.errors["name"])))
    return str(form.cleaned_data["name"])


# --- A passkey that answers ---------------------------------------------------------------------------
def ask_for_known(request: HttpRequest, user: User | None = None, *, now: datetime) -> JsonResponse:
    """What the browser asks a passkey: any of this site, or those of `user` only."""
    challenge = _give_challenge(request, USE, now)
    options = services.authentication_options(party=party(request), challenge=challenge, user=user)
    return JsonResponse({"publicKey": options})


def answered_by(request: HttpRequest, *, now: datetime) -> User:
    """Whose passkey has answered. Raises PasskeyRefused or TooManyTries."""
    throttle.count_try(None, device_cookie.source(request, None, now=now), now=now)
    return services.use_passkey(
        request.POST.get("credential", ""),
        party=party(request),
        challenge=_take_challenge(request, USE, now),
        now=now,
    )


# --- The challenge ------------------------------------------------------------------------------------
def _give_challenge(request: HttpRequest, purpose: str, now: datetime) -> bytes:
    """A new challenge for one ceremony; it replaces any earlier one."""
    challenge = services.new_challenge()
    request.session[CHALLENGE] = {
        "for": purpose,
        "bytes": challenge.hex(),  # no secret: the browser is told, and only its answer counts
        "until": (now + LASTS).timestamp(),
    }
    return challenge


def _take_challenge(request: HttpRequest, purpose: str, now: datetime) -> bytes:
    """The challenge given to this browser, which is gone then; without one, a new one that nothing can answer."""
    given = request.session.pop(CHALLENGE, None)
    if not given or given["for"] != purpose or given["until"] < now.timestamp():
        return services.new_challenge()
    return bytes.fromhex(given["bytes"])
