"""Public pages that count days: no copy of one lives into the next day."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone


def changes_at_midnight(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Stands outside `public_page`, and shortens how long its page may be kept as the day comes to its end."""

    @wraps(view)
    def until_midnight(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        began = timezone.localtime()
        response = view(request, *args, **kwargs)
        control = response.headers.get("Cache-Control", "")
        if not control.startswith("public") or "must-revalidate" in control:
            return response  # somebody else shortened it already, or it is kept nowhere
        tomorrow = datetime.combine(began.date() + timedelta(days=1), time(), tzinfo=began.tzinfo)
        left = int((tomorrow - timezone.localtime()).total_seconds()) - 1  # whole seconds, rounded towards caution
        if left < 1:
            response.headers["Cache-Control"] = "no-store"
        elif left < 2 * settings.PAGE_CACHE_SECONDS:  # the double: a page may be served stale for as long again
            seconds = min(left, settings.PAGE_CACHE_SECONDS)
            response.headers["Cache-Control"] = f"public, max-age={seconds}, must-revalidate"
        return response

    return until_midnight
