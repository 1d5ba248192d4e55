"""A letter as an e-mail: words in the message, the sheet attached."""

import hashlib
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from letters import enclosures
from letters.models import Letter
from letters.reply_addresses import reply_address
from letters.sheets import copy_pdf, demonstration_notice, pdf_name
from letters.staleness import changes_since_approval
from outbox.exceptions import OutOfDate
from outbox.kinds import Attachment, Kind, register
from outbox.models import Email
from outbox.services import queue_email


def queue_letter(letter: Letter, *, due_at: datetime, now: datetime, to: str = "") -> Email:
    """Write the e-mail row of a letter that is about to be saved; it leaves at `due_at`, at most once.

    `to` is for a letter that was approved for another channel.
    """
    return queue_email(
        LETTER.name,
        to=to or letter.copy["to"],
        template="letters/email/letter",
        context={"copy": letter.copy, "notice": demonstration_notice(letter.language)},
        language=letter.language,
        key=f"letter:{letter.release_id}:{letter.recipient_id}",
        about=letter.release.about[:60],
        due_at=due_at,
        now=now,
        headers=_headers(letter),
    )


def _headers(letter: Letter) -> dict[str, str]:
    """Outside the frozen copy, whose digest must depend on nothing secret."""
    headers = {"Auto-Submitted": "no"}  # a person decided this letter, so that filters let it through
    if address := reply_address(letter):
        headers["Reply-To"] = address
    return headers


def _attachments(email: Email) -> list[Attachment]:
    letter = Letter.objects.select_related("release", "recipient").get(email=email)
    if changes_since_approval(letter, on=timezone.localdate()):
        raise OutOfDate
    pdf = copy_pdf(letter.copy, letter.release)
    Letter.objects.filter(pk=letter.pk).update(pdf_digest=hashlib.sha256(pdf).hexdigest())
    return [
        Attachment(pdf_name(letter.copy), pdf, "application/pdf"),
        *(Attachment(*file) for file in enclosures.read(letter)),
    ]


def _office_page(email: Email) -> str:
    """Where staff correct the address of the office."""
    office = Letter.objects.filter(email=email).values_list("recipient", flat=True).first()
    return reverse("admin:letters_recipient_change", args=[office]) if office else ""


LETTER = Kind("letters.letter", may_repeat=False, attachments=_attachments, to_office=True, staff_page=_office_page)
register(LETTER)
