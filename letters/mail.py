"""A letter as an e-mail: words in the message, the sheet attached. Both are made of the frozen copy when it leaves."""

import hashlib
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from letters import enclosures
from letters.copies import Copy
from letters.languages import locale_of
from letters.models import Letter, Release
from letters.reply_addresses import reply_address
from letters.sheets import copy_file, demonstration_notice, file_name, mime_type
from letters.staleness import changes_since_approval
from outbox import moulds
from outbox.exceptions import OutOfDate
from outbox.kinds import Attachment, Body, Kind, register
from outbox.models import Email
from outbox.services import new_email, one_line, write_email

BY_A_PERSON = {"Auto-Submitted": "no"}  # a person decided this letter, so that filters let it through
TEST = "[Test]"


def letter_email(letter: Letter, *, due_at: datetime, now: datetime, to: str = "") -> Email:
    """The e-mail row of a letter that is about to be written, not written itself; it leaves once, at `due_at`.

    `to` is for a letter that was approved for another channel.
    """
    return new_email(
        LETTER.name,
        to=to or letter.copy["to"],
        subject=one_line(letter.copy["subject"]),
        key=f"letter:{letter.release_id}:{letter.recipient_id}",
        about=letter.release.about[:60],
        due_at=due_at,
        now=now,
        headers=_headers(letter),
    )


def queue_letter(letter: Letter, *, due_at: datetime, now: datetime, to: str) -> Email:
    """Write that row for a letter whose other ways failed."""
    email = letter_email(letter, due_at=due_at, now=now, to=to)
    email.save(force_insert=True)
    return email


def _headers(letter: Letter) -> dict[str, str]:
    """Outside the frozen copy, whose digest must depend on nothing secret."""
    address = reply_address(letter)
    return BY_A_PERSON | ({"Reply-To": address} if address else {})


def queue_test(copy: Copy, release: Release, *, to: str, key: str, now: datetime) -> Email:
    """Send one copy, as it would leave, to somebody of ours; it is no letter and counts as none."""
    sheet = {"copy": copy, "dated_on": release.dated_on.isoformat()}
    return write_email(
        TEST_COPY.name,
        to=to,
        subject=one_line(f"{TEST} {copy['subject']}"),
        text="",
        key=key,
        about=f"release:{release.pk}",
        now=now,
        headers=BY_A_PERSON,
        enclosed=sheet,
    )


def words(copy: Copy) -> Body:
    """What the message says, in the language of the letter."""
    language = copy["language"]
    context: dict[str, Any] = {"copy": copy, "notice": demonstration_notice(language), "language": language}
    said = moulds.render("letters/email/letter", context, locale_of(language))
    return Body(said.text, said.html)


def _letter_of(email: Email) -> Letter:
    return Letter.objects.select_related("release", "recipient").get(email=email)


def _attached(copy: Copy, dated_on: Any) -> Attachment:
    return Attachment(file_name(copy), copy_file(copy, dated_on), mime_type(copy))


def _letter_attachments(email: Email) -> list[Attachment]:
    letter = _letter_of(email)
    if changes_since_approval(letter, on=timezone.localdate()):
        raise OutOfDate
    attachment = _attached(letter.copy, letter.release.dated_on)
    Letter.objects.filter(pk=letter.pk).update(pdf_digest=hashlib.sha256(attachment.content).hexdigest())
    return [attachment, *(Attachment(*file) for file in enclosures.read(letter))]


def _test_attachments(email: Email) -> list[Attachment]:
    enclosed = email.payload["enclosed"]
    return [_attached(enclosed["copy"], datetime.fromisoformat(enclosed["dated_on"]).date())]


def _office_page(email: Email) -> str:
    """Where staff correct the address of the office."""
    office = Letter.objects.filter(email=email).values_list("recipient", flat=True).first()
    return reverse("admin:letters_recipient_change", args=[office]) if office else ""


LETTER = Kind(
    "letters.letter",
    may_repeat=False,
    attachments=_letter_attachments,
    body=lambda email: words(_letter_of(email).copy),
    to_office=True,
    staff_page=_office_page,
)
TEST_COPY = Kind(
    "letters.test",
    may_repeat=True,
    attachments=_test_attachments,
    body=lambda email: words(email.payload["enclosed"]["copy"]),
)
register(LETTER)
register(TEST_COPY)
