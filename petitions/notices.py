"""The words beside each tick box, and the version of them that a consent is given to."""

import hashlib
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from petitions.models import ConsentNotice

Purpose = ConsentNotice.Purpose

NOTICES = {
    Purpose.SHOW_NAME: _(
        "The name you choose here stands on the public list of this petition, where anyone can read and copy it. "
        "You can hide it again at any time."
    ),
    Purpose.HANDOVER: _(
        "Hand my name over with the petition. It goes only to the offices the petition is addressed to, and never "
        "to one that is named as responsible. Without this tick they receive totals and countries only."
    ),
    Purpose.UPDATES: _("Tell me by e-mail what happens with this petition. Every mail has a link to stop them."),
}


def notice(purpose: Purpose, language: str, now: datetime) -> ConsentNotice:
    """The stored version of the words that stand on the form in this language today."""
    with translation.override(language):
        text = str(NOTICES[purpose])
    digest = hashlib.sha256("\x00".join([purpose, language, text]).encode()).hexdigest()
    row, _created = ConsentNotice.objects.get_or_create(
        digest=digest, defaults={"purpose": purpose, "language": language, "text": text, "first_shown_at": now}
    )
    return row
