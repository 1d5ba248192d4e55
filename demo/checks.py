"""The demonstration's passwords stand in the source; no public site may keep them."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from accounts.models import Switch, User
from demo.logins import STAFF


@register(Tags.database)
def no_known_passwords(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse what was loaded with DEBUG on once DEBUG is off; `migrate` and `check --database default` ask."""
    if settings.DEBUG or "default" not in (databases or ()):
        return []
    try:
        if not Switch.objects.filter(key=Switch.Key.DEMONSTRATION, is_on=True).exists():
            return []
        known = [login.address for login in STAFF if _opens(login.address, login.password)]
    except DatabaseError:  # not migrated yet, so nobody can sign in
        return []
    if not known:
        return []
    return [
        Error(
            f"The demonstration's known passwords are valid although DEBUG is off ({', '.join(known)}).",
            hint="Give another DATABASE_URL, or run: manage.py load_demo --reset --yes-in-public",
            id="demo.E001",
        )
    ]


def _opens(address: str, password: str) -> bool:
    try:
        user = User.objects.get_by_natural_key(address)
    except User.DoesNotExist:
        return False
    return user.is_active and user.check_password(password)
