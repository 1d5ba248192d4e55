"""What staff do with mail that came in: upload one, find its letter, make it a reply, set it aside."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import LettersError
from letters.inbound.reading import MAX_MAIL, address_in, looks_like_mail
from letters.models import InboundMail, Letter, Reply
from letters.services.answering import record_reply
from letters.services.receiving import UPLOAD, is_from_office, take_in

State = InboundMail.State


def upload_mail(raw: bytes, *, letter: Letter | None = None, by: User, now: datetime) -> tuple[InboundMail, bool]:
    """Take in a mail that staff have as a file; returns it, and whether it is new. Raises LettersError."""
    if not raw:
        raise LettersError(_("The file is empty."))
    if len(raw) > MAX_MAIL:
        raise LettersError(_("This mail is larger than 25 MB. Save it without its largest attachment."))
    if not looks_like_mail(raw):
        raise LettersError(
            _("This file is no mail. Save the message as .eml in your mail program, with its headers, and choose that.")
        )
    with transaction.atomic():
        mail, is_new = take_in(raw, provider=UPLOAD, by=by, now=now)
        if is_new:
            audit.record("letters.upload_mail", mail, by=by, now=now)
        if letter and mail.state == State.PARKED:
            mail = assign_mail(mail.pk, letter=letter, by=by, now=now)
    return mail, is_new


@transaction.atomic
def assign_mail(mail_id: int, *, letter: Letter, by: User, now: datetime) -> InboundMail:
    """Say whose letter a mail answers. Raises LettersError."""
    mail = _open(mail_id)
    if not Letter.objects.sent().filter(pk=letter.pk).exists():
        raise LettersError(_("This letter has not left yet, so nothing can have come back."))
    mail.letter, mail.matched_by, mail.state = letter, InboundMail.MatchedBy.STAFF, State.NEW
    mail.from_office = is_from_office(address_in(mail.sender), letter)
    mail.save(update_fields=["letter", "matched_by", "state", "from_office"])
    audit.record("letters.assign_mail", mail, by=by, now=now, letter=letter.pk)
    return mail


@transaction.atomic
def set_mail_aside(mail_id: int, *, reason: str, by: User, now: datetime) -> InboundMail:
    """It answers no letter, or says nothing: it is kept for some months, and waits for nobody. Raises LettersError."""
    mail = _open(mail_id)
    mail.state, mail.settled_at, mail.settled_by = State.ASIDE, now, by
    mail.save(update_fields=["state", "settled_at", "settled_by"])
    audit.record("letters.set_mail_aside", mail, by=by, reason=reason, now=now)
    return mail


@transaction.atomic
def take_mail_up(mail_id: int, *, by: User, now: datetime) -> InboundMail:
    """What was set aside, or noted by the machine, waits for a person again. Raises LettersError."""
    mail = InboundMail.objects.select_for_update(of=["self"]).get(pk=mail_id)
    if mail.state not in {State.ASIDE, State.SETTLED} or mail.forgotten_at:
        raise LettersError(_("This mail cannot be taken up again."))
    mail.state = State.NEW if mail.letter_id else State.PARKED
    mail.why = mail.why or ("" if mail.letter_id else InboundMail.Why.UNMATCHED)
    mail.settled_at = mail.settled_by = None
    mail.save(update_fields=["state", "why", "settled_at", "settled_by"])
    audit.record("letters.take_mail_up", mail, by=by, now=now)
    return mail


@transaction.atomic
def record_mail(mail_id: int, *, kind: Reply.Kind, summaries: dict[str, str], by: User, now: datetime) -> Reply:
    """Make a mail the reply to its letter, private until somebody publishes it. Raises LettersError."""
    mail = _open(mail_id)
    if mail.letter is None:
        raise LettersError(_("Say first which letter this mail answers."))
    reply = record_reply(
        mail.letter,
        kind=kind,
        received_on=timezone.localdate(mail.received_at),
        received_at=mail.received_at,
        summaries=summaries,
        text=mail.text,
        mail=mail,
        by=by,
        now=now,
    )
    mail.state, mail.settled_at, mail.settled_by = State.RECORDED, now, by
    mail.save(update_fields=["state", "settled_at", "settled_by"])
    audit.record("letters.record_mail", mail, by=by, now=now, reply=reply.pk)
    return reply


def _open(mail_id: int) -> InboundMail:
    mail = InboundMail.objects.select_for_update(of=["self"]).select_related("letter").get(pk=mail_id)
    if mail.state not in {State.NEW, State.PARKED}:
        raise LettersError(_("Somebody has dealt with this mail already."))
    return mail
