"""The mark of a page that is the same bytes for everybody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
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
