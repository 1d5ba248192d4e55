"""Letters of which the mail server left open whether it took them, once a person knows."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import LettersError
from letters.models import Letter
from outbox.services import settle_uncertain


@transaction.atomic
def confirm_arrival(letter_id: int, *, evidence: str, by: User, now: datetime) -> Letter:
    """Note that an uncertain letter arrived: it left when it was handed over. Raises LettersError."""
    return _settle(letter_id, "letters.confirm_arrival", arrived=True, evidence=evidence, by=by, now=now)


@transaction.atomic
def send_again(letter_id: int, *, evidence: str, by: User, now: datetime) -> Letter:
    """Send an uncertain letter once more, under the same Message-ID. Raises LettersError.

    Only somebody who may approve letters decides that an office may get two.
    """
    if not by.has_perm("letters.approve_release"):
        raise LettersError(_("A letter is sent again by somebody who may approve letters."))
    return _settle(letter_id, "letters.send_again", arrived=False, evidence=evidence, by=by, now=now)


def _settle(letter_id: int, act: str, *, arrived: bool, evidence: str, by: User, now: datetime) -> Letter:
    letter = Letter.objects.get(pk=letter_id)
    if not evidence.strip():
        raise LettersError(_("Write down how you know."))
    settled = letter.email_id and settle_uncertain(letter.email_id, arrived=arrived, evidence=evidence, now=now)
    if not settled:
        raise LettersError(_("This letter is not uncertain: there is nothing to settle."))
    audit.record(act, letter, by=by, reason=evidence.strip(), now=now)
    return letter
