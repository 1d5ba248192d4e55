"""The addresses that a site may have: those of production, and the mailbox of a demonstration."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from django.test import override_settings
from django.urls import URLPattern

from config import urls
from outbox import urls as outbox_urls

NAME = "tests_whole_site_urls"


@contextmanager
def with_mailbox(*more: URLPattern) -> Iterator[None]:
    """While this is open, all of them are served, and `more`. Django reads them anew, so open it for many tests."""
    module = ModuleType(NAME)
    vars(module)["urlpatterns"] = [*more, *outbox_urls.mailbox, *urls.urlpatterns]
    for handler in ("handler400", "handler403", "handler404", "handler500"):
        setattr(module, handler, getattr(urls, handler))
    sys.modules[NAME] = module
    with override_settings(ROOT_URLCONF=NAME):
        yield
    del sys.modules[NAME]
