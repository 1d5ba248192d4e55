"""The one door for what mail providers call us with: signature, age, size and flood, then what they say.

Only providers whose secret is set are answered. Some sign what they send; the others show a shared secret (HTTP basic
authentication). Whatever is refused is counted, and logged without what it said.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone

from outbox import reports

logger = logging.getLogger(__name__)

SHARED = "WEBHOOK_SECRET"
UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError),
    *(AnymailError, MultiPartParserError),
)


@dataclass(frozen=True)
class Provider:
    """Who reads what it sends, the setting of ANYMAIL that must hold its secret, and the field with a whole mail."""

    reader: type[Any]
    setting: str
    large_field: str = ""


class TryLater(Exception):
    """Too much at once: the provider keeps it and comes again."""


def answer(
    request: HttpRequest,
    name: str,
    providers: Mapping[str, Provider],
    *,
    read: Callable[[Any, HttpRequest, datetime], list[Any]],
    keep: Callable[[Any, datetime], None],
    too_large: Callable[[datetime], None] | None = None,
    most_bytes: int = 0,
) -> HttpResponse:
    """Check a call, read what it says, keep each thing, and answer in words that a provider understands.

    `read` takes anymail's reader, the request and the moment, and returns what `keep` takes one by one. 403 for a
    forged call, 400 for one that nobody can read, 429 where `keep` raises TryLater. What is larger than `most_bytes`
    is not read: `too_large` notes it, and the answer tells the provider not to try again.
    """
    provider = providers.get(name)
    if provider is None or not settings.ANYMAIL.get(provider.setting):
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    now = timezone.now()
    try:
        # A provider that signs shows no shared secret besides.
        is_shared = provider.setting == SHARED
        reader = provider.reader() if is_shared else provider.reader(webhook_secret=[])
        if is_shared:
            reader.run_validators(request)  # by a header: who does not show it is not read
        if most_bytes:
            _take_body(request, most_bytes, provider.large_field)
        if not is_shared:
            reader.run_validators(request)
        _check_age(request, name, now)
    except RequestDataTooBig as exc:
        if too_large:
            too_large(now)
        return _refuse(name, now, 406, "This is too large to be taken. Do not send it again.", exc)
    except (AnymailWebhookValidationFailure, *UNREADABLE) as exc:
        return _refuse(name, now, 403, "This call does not carry the signature or secret that it must.", exc)
    try:
        found = read(reader, request, now)
    except UNREADABLE as exc:
        return _refuse(name, now, 400, "This call cannot be read.", exc)
    try:
        for thing in found:
            keep(thing, now)
    except TryLater as exc:
        return _refuse(name, now, 429, "Too much at once. Please send it again later.", exc)
    return HttpResponse("kept", content_type="text/plain; charset=utf-8")


def _take_body(request: HttpRequest, most_bytes: int, large_field: str) -> None:
    """Read a body that is larger than a form's, once its length says that it may be."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > most_bytes:
        raise RequestDataTooBig
    is_form = request.content_type == "multipart/form-data"  # whose files Django writes to disk by itself
    if is_form and not large_field:
        return
    body = request.read(most_bytes)
    if is_form and len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        field = f'name="{large_field}"'.encode()  # so large it is no field but a file
        body = body.replace(field + b"\r\n", field + b'; filename="mail"\r\n', 1)
    request._body = body  # where request.body looks first


def _refuse(name: str, now: datetime, status: int, sentence: str, exc: Exception) -> HttpResponse:
    logger.warning("call of %s refused: %s", name, type(exc).__name__)
    reports.count(name, now, refused=1)
    response = HttpResponse(sentence + "\n", status=status, content_type="text/plain; charset=utf-8")
    response._has_been_logged = True  # type: ignore[attr-defined]  # above, without what it said
    return response


def _check_age(request: HttpRequest, name: str, now: datetime) -> None:
    """Mailgun signs a moment and a token but not its words: an old signature is a replay under other words."""
    if name != "mailgun":
        return
    if request.content_type == "application/json":
        moment = json.loads(request.body)["signature"]["timestamp"]
    else:
        moment = request.POST["timestamp"]
    if abs(now - datetime.fromtimestamp(float(moment), UTC)) > reports.LASTS:
        raise AnymailWebhookValidationFailure("an old signature")
