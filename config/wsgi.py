"""The WSGI application that granian and waitress serve."""

import os
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from config.logs import log_what_nobody_caught
from pages.kept import KeptAnswers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

CHARSETS = {"utf-8", "utf8", "us-ascii"}  # as in config.middleware.ReadableRequestMiddleware


class CharsetGuard:
    """Django's application, never told of a charset that is none.

    Django makes its request with whatever codec the Content-Type names, and with `hex` or `rot13` breaks before any
    middleware. Such a name is replaced by one it does not know, which ReadableRequestMiddleware then refuses.
    """

    def __init__(self, application: WSGIHandler):
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kind, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        if parameters.get("charset", "utf-8").lower() not in CHARSETS:
            environ["CONTENT_TYPE"] = f"{kind}; charset=refused"
        return self.application(environ, start_response)


application = KeptAnswers(CharsetGuard(get_wsgi_application()))
if settings.REDIS_URL:  # a process of its own; the embedded one is started by `manage.py up`, which has looked
    log_what_nobody_caught()
    import_module("config.startup").check_keys()  # it loads models: only now can it be imported
