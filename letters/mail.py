"""A letter as an e-mail: words in the message, the sheet attached."""

import hashlib
from datetime import datetime

from letters import enclosures
from letters.models import Letter
from letters.sheets import copy_pdf, demonstration_notice, pdf_name
from outbox.kinds import Attachment, Kind, register
from outbox.models import Email
from outbox.services import queue_email


def queue_letter(letter: Letter, *, due_at: datetime, now: datetime) -> Email:
    """Write the e-mail row of a letter that is about to be saved; it leaves at `due_at`, at most once."""
    return queue_email(
        LETTER.name,
        to=letter.copy["to"],
        template="letters/email/letter",
        context={"copy": letter.copy, "notice": demonstration_notice(letter.language)},
        language=letter.language,
        key=f"letter:{letter.release_id}:{letter.recipient_id}",
        about=letter.release.about[:60],
        due_at=due_at,
        now=now,
        headers={"Auto-Submitted": "no"},  # a person decided this letter, so that filters let it through
    )


def _attachments(email: Email) -> list[Attachment]:
    letter = Letter.objects.select_related("release").get(email=email)
    pdf = copy_pdf(letter.copy, letter.release)
    Letter.objects.filter(pk=letter.pk).update(pdf_digest=hashlib.sha256(pdf).hexdigest())
    return [
        Attachment(pdf_name(letter.copy), pdf, "application/pdf"),
        *(Attachment(*file) for file in enclosures.read(letter)),
    ]


LETTER = Kind("letters.letter", may_repeat=False, attachments=_attachments, to_office=True)
register(LETTER)
