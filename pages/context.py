"""What every template may use, without a query and without looking at who asks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from accounts import switches
from accounts.models import Switch


def site(request: HttpRequest) -> dict[str, Any]:
    """The demonstration line, the page in its other languages, and the address it is known by."""
    languages = [
        {
            "code": code,
            "name": name,
            "url": translate_url(request.path, code),
            "is_current": code == get_language(),
        }
        for code, name in settings.LANGUAGES
    ]
    return {
        "demonstration": switches.is_on(Switch.Key.DEMONSTRATION),
        "read_only": switches.is_on(Switch.Key.READ_ONLY),
        "languages": languages,
        "site_url": settings.SITE_URL,
        "canonical_url": settings.SITE_URL + request.path,
        "page_language": get_language(),
    }
