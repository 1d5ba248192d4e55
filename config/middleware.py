"""The language of a page is in its path; nothing personal may be stored on the way; unreadable requests end here."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from config import errors

# Django's own helper adds Expires with the present second, so that two equal answers would differ.
NEVER_STORED = "max-age=0, no-cache, no-store, must-revalidate, private"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
MAX_BODY = 3_000_000  # bytes, outside the desk


class PathLanguageMiddleware:
    """Activates the language of the path prefix, English without one.

    Django's own LocaleMiddleware also looks at the browser and adds `Vary`, so that a page
    would no longer be the same bytes for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_path(request.path_info) or "en"):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
            return response


class ReadableRequestMiddleware:
    """Answers 400 to what no form of ours sends: a charset other than UTF-8, a body that is too long.

    Codecs that are no charset (`hex`) break Django earlier: config.wsgi gives them a name that ends here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            request.encoding = "utf-8"  # for the page that says so
            return errors.bad_request(request, BadRequest("charset"))
        if request.method == "POST" and not request.path_info.startswith("/admin/") and _length(request) > MAX_BODY:
            return errors.bad_request(request, BadRequest("length"))
        return self.get_response(request)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django reads nothing then, either


class OwnNotFoundMiddleware:
    """Shows our page for what is not there with DEBUG on as well, where Django has a technical one.

    The demonstration runs with DEBUG; whoever meets a wrong address there should see what the public would.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and response.headers.get("Content-Type", "").startswith("text/html"):
            return errors.not_found(request)
        return response


class PrivacyHeadersMiddleware:
    """Permissions-Policy and CORP everywhere; no-store on everything that is not declared public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = NEVER_STORED
        return response
