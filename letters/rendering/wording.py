"""The few sentences this package says itself, in the reader's language where Django runs."""

from django.conf import settings
from django.utils.translation import gettext


def gettext_noop(message: str) -> str:
    """Mark a message for makemessages, which goes by this name; Django's own wants settings at import."""
    return message


def translated(message: str) -> str:
    """Return the message in the active language, or in English where no settings are loaded."""
    return gettext(message) if settings.configured else message
