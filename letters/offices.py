"""What an office lacks before a letter can reach it by a channel."""

from django.utils.translation import gettext as _

from letters.models import Recipient
from letters.models.recipient import Channel


def missing_for(recipient: Recipient, channel: str) -> str:
    """A sentence, or "" when a letter can go this way. A web form whose address nobody entered is still a form."""
    if channel == Channel.EMAIL and not recipient.email:
        return _("No e-mail address is known for this office.")
    if channel == Channel.POST and not recipient.postal_lines:
        return _("No postal address is known for this office.")
    if channel == Channel.FAX and not recipient.fax_number:
        return _("No fax number is known for this office.")
    return ""
