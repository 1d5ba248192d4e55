"""The mailbox of the embedded default: what was written to files, so that a newcomer can click the links."""

import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
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
FORWARDING_HEADERS = ("X-Forwarded-For", "Forwarded", "Via")  # a proxy on this machine brought it from elsewhere
FILE_NAME = re.compile(r"[A-Za-z0-9._-]+\.eml")
# An HTML mail is drawn and nothing in it acts: no script, no request, no form, an origin of its own.
STILL = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


@dataclass(frozen=True)
class Shown:
    """One message file, as the pages show it."""

    name: str  # of the file
    written_at: datetime
    message: EmailMessage

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def to(self) -> str:
        return str(self.message.get("To", ""))

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def html(self) -> str:
        body = self.message.get_body(("html",))
        return str(body.get_content()) if body else ""

    @property
    def linked(self) -> SafeString:
        """The plain text escaped, its addresses as links."""
        return SafeString(urlize(self.text, autoescape=True))

    @property
    def attachments(self) -> list[str]:
        """File names of what is attached, in order."""
        return [part.get_filename() or "" for part in self.message.iter_attachments()]


def loopback_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 to anybody who does not sit at this machine."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            is_local = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
        except ValueError:
            is_local = False
        if not is_local or any(name in request.headers for name in FORWARDING_HEADERS):
            raise Http404
        return view(request, *args, **kwargs)

    return checked


@loopback_only
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, newest first."""
    files = [(path.stat().st_mtime_ns, path) for path in settings.MAIL_DIR.glob("*.eml")]
    newest = sorted(files, reverse=True)[:SHOWN]
    context = {"messages_found": [_shown(path) for _time, path in newest], "total": len(files)}
    return render(request, "outbox/mailbox.html", context)


@loopback_only
@require_safe
def mailbox_message(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "outbox/mailbox_message.html", {"shown": _shown(_path(name))})


@loopback_only
@require_safe
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as a mail program would draw it, still."""
    html = _shown(_path(name)).html
    if not html:
        raise Http404
    return HttpResponse(html, headers={"Content-Security-Policy": STILL})


@loopback_only
@require_safe
def mailbox_attachment(request: HttpRequest, name: str, part: int) -> HttpResponse:
    parts = list(_shown(_path(name)).message.iter_attachments())
    if part >= len(parts):
        raise Http404
    filename = re.sub(r"[^A-Za-z0-9._-]", "_", parts[part].get_filename() or "attachment")
    return HttpResponse(
        parts[part].get_payload(decode=True),
        content_type="application/octet-stream",  # kept, never opened as a page of this site
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _path(name: str) -> Path:
    path = settings.MAIL_DIR / name
    if not FILE_NAME.fullmatch(name) or not path.is_file():
        raise Http404
    return path


def _shown(path: Path) -> Shown:
    message = BytesParser(policy=email.policy.default).parsebytes(path.read_bytes())
    return Shown(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC), message)
