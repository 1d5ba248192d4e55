"""How these pages are drawn: as the desk's, in the language of the person."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import translation

from accounts.models import User


def speak_to(request: HttpRequest, user: User) -> None:
    """Use the language of somebody whom Django does not know yet; PathLanguageMiddleware, outside, sets it back."""
    translation.activate(user.language)
    request.LANGUAGE_CODE = translation.get_language()


def person(request: HttpRequest) -> User:
    """Who is signed in, on a page that lets nobody else pass."""
    return cast(User, request.user)


def desk_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, title: Any, status: int = 200
) -> TemplateResponse:
    """A page in the frame of the desk."""
    request.current_app = admin.site.name
    return TemplateResponse(
        request, template, {**admin.site.each_context(request), "title": title, **context}, status=status
    )


def posted(request: HttpRequest) -> Any:
    """The form's data, or None for a form that is only shown."""
    return request.POST if request.method == "POST" else None
