"""What `manage.py check` refuses in the privacy room."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from privacy.crypto import key_ids
from privacy.fingerprints import fingerprint


@register
def keys_are_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every key can be used. Whether they are those of the database is asked when a process starts."""
    try:
        key_ids()
        fingerprint("", purpose="check")
    except ImproperlyConfigured as exc:
        return [Error(str(exc), hint=".env.example says how a key is made.", id="privacy.E001")]
    return []
