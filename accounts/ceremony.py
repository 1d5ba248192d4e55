"""Passkeys between browser and server: the challenge lives in the session, once, for some minutes."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.http.request import split_domain_port

from accounts import services
from accounts.services import Party

CHALLENGE = "passkey_challenge"
LASTS = timedelta(minutes=5)
ADD, USE = "add", "use"


def party(request: HttpRequest) -> Party:
    """The site under the very name that the browser shows: Django has checked it against ALLOWED_HOSTS."""
    host = request.get_host()
    return Party(host=split_domain_port(host)[0], origin=f"{request.scheme}://{host}")


def give_challenge(request: HttpRequest, purpose: str, *, now: datetime) -> bytes:
    """A new challenge for one ceremony; it replaces any earlier one."""
    challenge = services.new_challenge()
    request.session[CHALLENGE] = {
        "for": purpose,
        "bytes": challenge.hex(),  # no secret: the browser is told, and only its answer counts
        "until": (now + LASTS).timestamp(),
    }
    return challenge


def take_challenge(request: HttpRequest, purpose: str, *, now: datetime) -> bytes:
    """The challenge given to this browser, which is gone then; without one, a new one that nothing can answer."""
    given = request.session.pop(CHALLENGE, None)
    if not given or given["for"] != purpose or given["until"] < now.timestamp():
        return services.new_challenge()
    return bytes.fromhex(given["bytes"])
