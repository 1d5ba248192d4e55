"""Asking one address as somebody, and saying in one word what came back and what it left in the database."""

import re
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from copy import copy
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django.contrib.messages import ERROR
from django.db import connection, transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, ClientHandler, encode_multipart

from accounts.backends import AddressBackend
from tests.access.words import ACTS, ASKED, MOVES, OPENS, REFUSED, SIGN_IN, TOLD

WRITE = re.compile(r'\s*(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "?(\w+)"?', re.IGNORECASE)
# What any request may write: who is there, and how often somebody came.
ALWAYS_WRITTEN = {"django_session", "privacy_throttlecounter", "privacy_throttlelog", "privacy_networkkey"}
SIGN_IN_PAGES = re.compile(r"(/ko)?/(admin/login|admin/second-factor|delegate/sign-in)/")
KINDS = dict.fromkeys((403, 404, 405, 409, 410), REFUSED) | {422: ASKED}


@dataclass(frozen=True)
class Answer:
    """What one request got: a word of tests.access.words, or "broke: …" and the like."""

    kind: str
    status: int
    location: str
    wrote: frozenset[str]  # tables with a changed row
    body: bytes

    def __str__(self) -> str:
        words = f"{self.kind} ({self.status}{' to ' + self.location if self.location else ''})"
        return f"{words}, wrote {', '.join(sorted(self.wrote))}" if self.wrote else words


class Asker:
    """One handler for all requests, each in a savepoint that is rolled back: no answer changes the next."""

    def __init__(self, *, csrf: bool = False):
        self.handler = ClientHandler(enforce_csrf_checks=csrf)
        self.requests = RequestFactory(raise_request_exception=False)

    def ask(
        self,
        session: str,
        method: str,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        undo: bool = True,
        **extra: Any,
    ) -> Answer:
        """Ask with this session key ("" for none). Without `undo` nothing may be changed: it costs two queries less."""
        if session:
            extra["HTTP_COOKIE"] = SimpleCookie({"sessionid": session}).output(header="", sep="; ").strip()
        body = encode_multipart(BOUNDARY, data or {}) if method == "POST" else b""
        environ = self.requests.generic(method, path, body, content_type=MULTIPART_CONTENT, **extra).environ
        wrote: set[str] = set()
        with connection.execute_wrapper(_Watch(wrote)), transaction.atomic() if undo else nullcontext():
            response: Any = self.handler(environ)
            if undo:
                transaction.set_rollback(True)
        return Answer(
            _kind(response, method, bool(wrote)),
            response.status_code,
            response.headers.get("Location", ""),
            frozenset(wrote),
            b"" if response.streaming else response.content,
        )


class _Watch:
    """Notes the tables that a request writes to."""

    def __init__(self, wrote: set[str]):
        self.wrote = wrote

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        written = WRITE.match(sql)
        # SQLite does not count the rows of INSERT … RETURNING before they are read.
        if (
            written
            and written[1] not in ALWAYS_WRITTEN
            and (written[0].lstrip()[0] in "Ii" or context["cursor"].rowcount)
        ):
            self.wrote.add(written[1])
        return result


def _kind(response: Any, method: str, wrote: bool) -> str:
    status = response.status_code
    if status in KINDS:
        return KINDS[status]
    if status in {301, 302}:
        if wrote:
            return ACTS
        if SIGN_IN_PAGES.fullmatch(urlsplit(response["Location"]).path):
            return SIGN_IN
        return TOLD if _has_error(response.wsgi_request) else MOVES
    if status == 200:
        return ACTS if wrote and method == "POST" else OPENS
    return f"answered {status}"


def _has_error(request: Any) -> bool:
    queued = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    return any(message.level == ERROR for message in queued)


DRAWN = SimpleTemplateResponse.rendered_content


def drawn() -> Any:
    """Within `quickly`: pages are rendered after all."""
    return patch.object(SimpleTemplateResponse, "rendered_content", DRAWN)


def quickly() -> ExitStack:
    """While this is open, everything is decided as ever, but no desk page is rendered and no PDF set, and who somebody
    is and may do is asked of the database once. TEST_LONG does without it; tests/desk draws every page.
    """
    stack = ExitStack()
    stack.enter_context(patch.object(AddressBackend, "get_user", _known(AddressBackend.get_user)))
    stack.enter_context(patch.object(SimpleTemplateResponse, "rendered_content", "Not drawn."))
    stack.enter_context(patch("config.errors.render", _not_drawn))
    stack.enter_context(patch("letters.rendering.pdf._compile", return_value=b"%PDF, not set"))
    return stack


def _not_drawn(request: Any, template: str, status: int) -> HttpResponse:
    return HttpResponse("Not drawn.", status=status)


def _known(get_user: Callable[..., Any]) -> Callable[..., Any]:
    """Instead of AddressBackend.get_user: a copy of the person as first found, with their permissions."""
    found: dict[int, Any] = {}

    def find(backend: AddressBackend, user_id: int) -> Any:
        if user_id not in found:
            found[user_id] = user = get_user(backend, user_id)
            if user is not None:
                user.get_all_permissions()
        return copy(found[user_id])

    return find
