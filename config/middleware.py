"""The language of a page is in its path; every answer carries its headers; unreadable requests end here."""

import logging
import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, DisallowedHost, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed
from django.utils import translation

from config import errors, headers

logger = logging.getLogger(__name__)

METHODS = ["GET", "HEAD", "POST"]
# In plain text: a page of ours would say whose server this is, and cost more than whoever asks wrongly is worth.
WRONG_HOST = "There is no such site here.\n이 주소에는 사이트가 없습니다.\n"
MAX_BODY = 3_000_000  # bytes, outside the desk
# Whole mails, from providers; letters.webhooks reads none before it has looked at the length.
MAILS = re.compile(r"/webhooks/mail/[a-z]{1,20}/inbound/")


class FrontDoorMiddleware:
    """The outermost: refuses hosts that are not ours and methods nobody serves; every answer leaves with its headers.

    Before the page cache, so that an invented host or method gets the same answer whether a page is kept or not, and
    around everything, so that errors, static files and redirects carry the headers as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.headers = headers.for_every_answer()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._refusal(request) or self.get_response(request)
        for name, value in self.headers:
            if name not in response.headers:
                response.headers[name] = value
        headers.clear_after_sign_out(request, response)
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        try:
            request.get_host()
        except DisallowedHost as exc:
            if settings.DEBUG:
                logger.warning("%s", exc)  # whoever opens the demonstration from another machine finds the reason
            return HttpResponseBadRequest(WRONG_HOST, content_type="text/plain; charset=utf-8")
        return None if request.method in METHODS else HttpResponseNotAllowed(METHODS)


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
    """Answers 400 to what no form of ours sends: a charset other than UTF-8, a body that is too long or of no length.

    Codecs that are no charset (`hex`) break Django earlier: config.wsgi gives them a name that ends here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            request.encoding = "utf-8"  # for the page that says so
            return errors.bad_request(request, BadRequest("charset"))
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_read = length.isascii() and length.isdigit()
        path = request.path_info
        takes_more = path.startswith("/admin/") or MAILS.fullmatch(path)
        if not is_read or (request.method == "POST" and not takes_more and int(length) > MAX_BODY):
            return errors.bad_request(request, BadRequest("length"))
        return self.get_response(request)


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
