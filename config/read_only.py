"""While the site is read-only: what people send is answered in words, and workers leave the rows alone."""

from collections.abc import Callable
from typing import Any

import celery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import switches, urls
from accounts.models import Switch

SAFE_METHODS = {"GET", "HEAD"}
RETRY_AFTER = 300  # seconds
# The ways to the desk, and what somebody may have to do there just then: turn a switch, hide names.
STILL_WORKS = {f"admin:{pattern.name}" for pattern in urls.way_in} | {
    "admin:login",
    "admin:logout",
    "admin:recovery-codes",
    "admin:accounts_switch_turn",
    "admin:accounts_switch_names",
}
# What is done meanwhile must not stand outside of the audit's chain.
STILL_RUN = {"accounts.tasks.seal_audit", "accounts.tasks.note_audit_head"}


class ReadOnlyMiddleware:
    """Answers 503, and when to come back, to whatever would change something.

    A view hook, so that the page speaks the language that the other middleware has found.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method in SAFE_METHODS or not switches.is_on(Switch.Key.READ_ONLY):
            return None
        if request.resolver_match and request.resolver_match.view_name in STILL_WORKS:
            return None
        response = render(request, "errors/503_read_only.html", status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        response._has_been_logged = True  # type: ignore[attr-defined]  # as meant, so no error for the log
        return response


class Task(celery.Task):
    """A task that does nothing while the site is read-only, unless it is one of STILL_RUN.

    What it was to do is found again by the next tick, because due work stands in rows.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.name not in STILL_RUN and switches.is_on(Switch.Key.READ_ONLY):
            return None
        return super().__call__(*args, **kwargs)
