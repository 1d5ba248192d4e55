"""A place-holder until the consent to changes is here."""

from typing import Any

from statements.models import Version


def version_changed(version: Version, change: str, **context: Any) -> None:
    """Say what a new version means for those who signed the one before."""
