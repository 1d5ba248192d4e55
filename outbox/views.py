"""The mailbox of the embedded default: what was written to files, so that a newcomer can click its links."""

import email.policy
import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from functools import wraps
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import urlize
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

SHOWN = 100
FILE_NAME = re.compile(r"[A-Za-z0-9._-]+\.eml")


def loopback_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 to anybody who does not sit at this machine."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            is_local = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
        except ValueError:
            is_local = False
        if not is_local:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


@loopback_only
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, newest first."""
    files = sorted(settings.MAIL_DIR.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    messages = [{"name": path.name, "message": _read(path)} for path in files[:SHOWN]]
    return render(request, "outbox/mailbox.html", {"messages_found": messages})


@loopback_only
@require_safe
def mailbox_message(request: HttpRequest, name: str) -> HttpResponse:
    message = _read(_path(name))
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    context = {
        "name": name,
        "message": message,
        "body": _linked(text),
        "attachments": [
            {"number": number, "filename": part.get_filename()}
            for number, part in enumerate(message.iter_attachments())
        ],
    }
    return render(request, "outbox/mailbox_message.html", context)


@loopback_only
@require_safe
def mailbox_attachment(request: HttpRequest, name: str, part: int) -> HttpResponse:
    parts = list(_read(_path(name)).iter_attachments())
    if part >= len(parts):
        raise Http404
    content = parts[part].get_payload(decode=True)
    return HttpResponse(
        content,
        content_type=parts[part].get_content_type(),
        headers={"Content-Disposition": f'attachment; filename="{name}-{part}"', "X-Content-Type-Options": "nosniff"},
    )


def _linked(text: str) -> SafeString:
    """The text escaped, its addresses as links."""
    return SafeString(urlize(text, autoescape=True))


def _path(name: str) -> Path:
    path = settings.MAIL_DIR / name
    if not FILE_NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return path


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message
