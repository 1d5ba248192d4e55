"""The cookie by which a browser is known again: httponly, sent to the pages of staff or of delegates alone."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts import services
from accounts.models import KnownDevice, User
from accounts.throttle import Source
from privacy.network import network_hash

NAME = "__Secure-device" if settings.SESSION_COOKIE_SECURE else "device"
PEOPLE = 4  # who share one browser
DESK = ("/admin/",)  # where the cookie is sent


def devices(request: HttpRequest) -> dict[str, KnownDevice]:
    """Whose browser this is known to be, by the tokens that say so."""
    return services.devices_of(request.COOKIES.get(NAME, "").split(".")[:PEOPLE])


def source(request: HttpRequest, account: bytes | None, *, now: datetime) -> Source:
    """Where a try for this account comes from. Asks the database the same, whatever the account."""
    known = [row for row in devices(request).values() if bytes(row.user.email_fingerprint) == account]
    return Source(network=network_hash(request, now), device=known[0].throttle_key if known else b"")


def remember(
    response: HttpResponse, request: HttpRequest, user: User, *, now: datetime, paths: Iterable[str] = DESK
) -> None:
    """Make this browser known for the person who has just signed in."""
    known = devices(request)
    own = next((row for row in known.values() if row.user_id == user.pk), None)
    token = services.know_device(user, own, now=now)
    others = [shown for shown, row in known.items() if row.user_id != user.pk]
    for path in paths:
        response.set_cookie(
            NAME,
            ".".join([token, *others][:PEOPLE]),
            max_age=services.DEVICE_LIFETIME,
            path=path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
