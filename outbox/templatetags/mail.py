"""What every e-mail says in the same words: the greeting, who sends it, and that it is a demonstration."""

from email.utils import parseaddr
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.translation import gettext as _

from accounts import switches
from accounts.models import Switch
from outbox.greetings import greetable

register = template.Library()


@register.simple_tag
def greeting(name: str = "") -> str:
    """Return “Hello Kim,” or “Hello,”: strangers type names into forms, and none may carry a link into a mailbox."""
    name = greetable(name)
    return _("Hello %(name)s,") % {"name": name} if name else _("Hello,")


@register.simple_tag
def mail_sender() -> str:
    """Who sends our mail, by the name that stands in its From line."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Outcry"


@register.simple_tag(takes_context=True)
def demonstration_line(context: Context) -> str:
    """The one line while the demonstration is loaded, else an empty string."""
    known: Any = context.get("demonstration")
    if not (switches.is_on(Switch.Key.DEMONSTRATION) if known is None else known):
        return ""
    return _("Demonstration: organizations, signatures and letters here are invented.")
