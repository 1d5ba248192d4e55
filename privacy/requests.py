"""What a form without a cookie must check instead of a CSRF token."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]

LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]  # what Django allows with DEBUG and an empty ALLOWED_HOSTS


def cookieless(view: View) -> View:
    """CSRF-exempt view whose POST is refused when the browser says it came from another site.

    `Sec-Fetch-Site: cross-site` is refused; without that header an `Origin` that cannot be read or
    whose host is not in ALLOWED_HOSTS; neither header: accepted (old browsers, scripts, Tor).
    """

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and _came_from_another_site(request):
            raise PermissionDenied("This form was sent from another site.")
        return view(request, *args, **kwargs)

    return checked


def _came_from_another_site(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "cross-site"
    origin = request.headers.get("Origin")
    return origin is not None and not _is_ours(origin, request)


def _is_ours(origin: str, request: HttpRequest) -> bool:
    try:
        host = urlsplit(origin).netloc
    except ValueError:  # "http://["
        return False
    allowed = settings.ALLOWED_HOSTS or (LOCAL_HOSTS if settings.DEBUG else [])
    if "*" in allowed:  # would let every site in
        return host == request.get_host()
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def refuse_nul(request: HttpRequest) -> None:
    """Raise BadRequest for a query string no database can hold, before a query meets it."""
    if "\x00" in request.GET.urlencode() or "%00" in request.META.get("QUERY_STRING", ""):
        raise BadRequest("The address of this page holds a character that cannot be read.")
