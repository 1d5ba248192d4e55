"""The mark of a page that is the same bytes for everybody, and of one that changes at a known moment."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_max_age

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Declare a view's 200 answers to GET cacheable by anybody for PAGE_CACHE_SECONDS.

    The page cache keeps only what is so declared. The view must read neither cookie nor session.
    """

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and request.method in {"GET", "HEAD"}:
            seconds = settings.PAGE_CACHE_SECONDS
            response.headers["Cache-Control"] = f"public, max-age={seconds}, stale-while-revalidate={seconds}"
        return response

    return marked


def changes_at(next_change: Callable[[datetime], datetime | None]) -> Callable[[View], View]:
    """Make the mark of a public page that changes at a moment: no copy of it, ours or another's, lives across that.

    `next_change` gives the first such moment after a time, None when none is known. It is asked for the time before
    the page is drawn, so that what is drawn before the moment is never kept beyond it. The mark stands outside
    `public_page`; of several marks the nearest moment holds.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def until_the_moment(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            began = timezone.now()
            response = view(request, *args, **kwargs)
            if not response.headers.get("Cache-Control", "").startswith("public"):
                return response
            moment = next_change(began)
            if moment is None:
                return response
            left = int((moment - timezone.now()).total_seconds()) - 1  # whole seconds, rounded towards caution
            if left < 1:
                response.headers["Cache-Control"] = "no-store"
            elif left < 2 * settings.PAGE_CACHE_SECONDS:  # the double: a page may be served stale for as long again
                seconds = min(left, get_max_age(response) or settings.PAGE_CACHE_SECONDS)
                response.headers["Cache-Control"] = f"public, max-age={seconds}, must-revalidate"
            return response

        return until_the_moment

    return mark
