"""What came back for a letter: written down, kept private, summarised or published, and taken back."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import LettersError
from letters.models import InboundMail, Letter, Reply
from letters.services.coding import tell_of_visibility
from letters.services.following_up import end_follow_ups

Visibility = Reply.Visibility
MAX_PUBLIC = 20_000  # characters


@transaction.atomic
def record_reply(
    letter: Letter,
    *,
    kind: Reply.Kind,
    received_on: date,
    summaries: dict[str, str],
    visibility: Reply.Visibility = Reply.Visibility.PRIVATE,
    by: User,
    now: datetime,
    text: str = "",
    received_at: datetime | None = None,
    mail: InboundMail | None = None,
) -> Reply:
    """Write down what came back for a letter that left; an answer ends its follow-ups. Raises LettersError."""
    if not Letter.objects.sent().filter(pk=letter.pk).exists():
        raise LettersError(_("This letter has not left yet, so nothing can have come back."))
    if received_on > timezone.localdate(now):
        raise LettersError(_("The day it was received lies ahead."))
    if visibility == Visibility.FULL:
        raise LettersError(_("Record the reply first. Its whole text is published from its own page, with a preview."))
    reply = Reply.objects.create(
        letter=letter,
        kind=kind,
        received_on=received_on,
        received_at=received_at,
        summaries=summaries,
        visibility=visibility,
        text=text,
        mail=mail,
        recorded_by=by,
        recorded_at=now,
    )
    audit.record("letters.record_reply", reply, by=by, now=now, letter=letter.pk, kind=str(kind))
    if reply.is_answer:
        end_follow_ups(letter.pk, now=now)
    tell_of_visibility(reply, was=Visibility.PRIVATE, now=now)
    return reply


def check_publication(
    visibility: Reply.Visibility, *, summaries: dict[str, str], public_text: str, public_language: str
) -> None:
    """Raise LettersError unless these words can be public in this way."""
    if visibility == Visibility.PRIVATE:
        raise LettersError(_("Choose what becomes public: the summary, or the whole text."))
    if visibility == Visibility.SUMMARY and not any(words.strip() for words in summaries.values()):
        raise LettersError(_("Write the summary in at least one language."))
    if visibility == Visibility.FULL and not public_text.strip():
        raise LettersError(_("There is no text to publish. Publish a summary instead."))
    if visibility == Visibility.FULL and not public_language:
        raise LettersError(_("Say which language the text is in."))
    if len(public_text) > MAX_PUBLIC:
        raise LettersError(_("Please shorten the public text to 20,000 characters, or publish a summary."))


@transaction.atomic
def publish_reply(
    reply_id: int,
    *,
    visibility: Reply.Visibility,
    summaries: dict[str, str],
    public_text: str = "",
    public_language: str = "",
    by: User,
    now: datetime,
) -> Reply:
    """Make the summary, or the whole text, public; what was said in private stays as it is. Raises LettersError."""
    reply = Reply.objects.select_for_update(of=["self"]).get(pk=reply_id)
    check_publication(visibility, summaries=summaries, public_text=public_text, public_language=public_language)
    was = reply.visibility
    is_full = visibility == Visibility.FULL
    reply.visibility, reply.summaries = visibility, summaries
    reply.public_text = public_text.strip() if is_full else ""
    reply.public_language = public_language if is_full else ""
    reply.save(update_fields=["visibility", "summaries", "public_text", "public_language"])
    audit.record(
        "letters.publish_reply",
        reply,
        by=by,
        now=now,
        letter=reply.letter_id,
        visibility=str(visibility),
        shortened=is_full and reply.public_text.split() != reply.text.split(),
        languages=[code for code, _name in settings.LANGUAGES if summaries.get(code)],
    )
    tell_of_visibility(reply, was=was, now=now)
    return reply


@transaction.atomic
def take_back_reply(reply_id: int, *, reason: str, by: User, now: datetime) -> Reply:
    """Make a public reply private again; pages lose it within seconds. Raises LettersError."""
    reply = Reply.objects.select_for_update(of=["self"]).get(pk=reply_id)
    if not reply.is_public:
        raise LettersError(_("This reply is private already."))
    was = reply.visibility
    reply.visibility, reply.public_text, reply.public_language = Visibility.PRIVATE, "", ""
    reply.save(update_fields=["visibility", "public_text", "public_language"])
    audit.record("letters.take_back_reply", reply, by=by, reason=reason, now=now, letter=reply.letter_id)
    tell_of_visibility(reply, was=was, now=now)
    return reply
