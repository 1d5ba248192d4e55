"""The desk speaks the language of whoever sits at it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation


class StaffLanguageMiddleware:
    """Under /admin/, which has no language in its address, activates the language of the signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(reverse("admin:index")) and request.user.is_authenticated:
            translation.activate(request.user.language)  # PathLanguageMiddleware, outside, sets it back
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
