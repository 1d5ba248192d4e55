"""One plain kind of mail: a subject, some sentences, perhaps one link, and why it came."""

from collections.abc import Sequence
from datetime import datetime

from outbox.kinds import Kind, register
from outbox.models import Email
from outbox.services import queue_email

NOTICE = Kind("campaigns.notice", may_repeat=True)
register(NOTICE)


def write_notice(
    to: str,
    *,
    subject: str,
    lines: Sequence[str],
    language: str,
    key: str,
    why: str,
    now: datetime,
    url: str = "",
    kind: Kind = NOTICE,
    about: str = "",
    unasked: bool = False,
) -> Email:
    """Write the mail once for this key. The words come in the language of whoever reads them."""
    return queue_email(
        kind.name,
        to=to,
        template="campaigns/email/notice",
        context={"subject": subject, "lines": [line for line in lines if line], "url": url, "why": why},
        language=language,
        key=key,
        about=about,
        unasked=unasked,
        now=now,
    )
