"""Public pages and the moment at which an embargo ends: no copy of a page, ours or another's, lives across it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from statements.models.publication import next_embargo_end


def changes_with_embargoes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a public page that shows statements: stands outside `public_page`, and shortens how long it may be kept.

    The moment is looked up before the page is drawn, so that what is drawn before it is never kept beyond it.
    """

    @wraps(view)
    def until_the_moment(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        began = timezone.now()
        response = view(request, *args, **kwargs)
        if not response.headers.get("Cache-Control", "").startswith("public"):
            return response
        moment = next_embargo_end(began)
        if moment is None:
            return response
        left = int((moment - timezone.now()).total_seconds()) - 1  # whole seconds, rounded towards caution
        if left < 1:
            response.headers["Cache-Control"] = "no-store"
        elif left < 2 * settings.PAGE_CACHE_SECONDS:  # the double: a page may be served stale for as long again
            seconds = min(left, settings.PAGE_CACHE_SECONDS)
            response.headers["Cache-Control"] = f"public, max-age={seconds}, must-revalidate"
        return response

    return until_the_moment
