"""What `manage.py check` refuses, and `manage.py up` with it."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def mail_leaves(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without DEBUG mail must have somewhere to go: files under var/ are for the newcomer's mailbox."""
    if settings.DEBUG or settings.EMAIL_URL:
        return []
    return [
        Error(
            "DEBUG is off and EMAIL_URL is not set: mail would be written to files and nobody would get it.",
            hint="Set EMAIL_URL to the mail server.",
            id="config.E001",
        )
    ]


@register
def one_process_without_redis(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The embedded broker lives in one process: a second web process would ring a bell nobody hears."""
    if settings.REDIS_URL or settings.WEB_WORKERS == 1:
        return []
    return [
        Error(
            f"WEB_WORKERS is {settings.WEB_WORKERS}, and without REDIS_URL there can be only one web process.",
            hint="Set REDIS_URL, or leave WEB_WORKERS unset.",
            id="config.E002",
        )
    ]
