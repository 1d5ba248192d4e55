"""The press page of a statement: release, contact, notes, approved quotes, pictures."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from privacy.images import ImageRefused, clean_image
from statements.exceptions import TransitionRefused
from statements.models import PressImage, PressText, Quote, Statement

MAX_IMAGES, MAX_QUOTES = 12, 20


@transaction.atomic
def write_press_text(
    statement_id: int, language: str, *, title: str, body: str, notes: str, contact: str, by: User, now: datetime
) -> PressText:
    """Keep the press release in one language; the page shows it as soon as the statement is public."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    text, _created = PressText.objects.update_or_create(
        statement=statement,
        language=language,
        defaults={"title": title, "body": body, "notes": notes, "contact": contact},
    )
    audit.record("statements.write_press_text", statement, by=by, now=now, language=language)
    return text


@transaction.atomic
def add_quote(
    statement_id: int, *, language: str, words: str, speaker: str, role: str, by: User, now: datetime
) -> Quote:
    """Write down a quote. It is shown once approve_quote() says who approved these very words."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if statement.quotes.count() >= MAX_QUOTES:
        raise TransitionRefused(_("There are many quotes already. Remove one first."))
    quote = Quote.objects.create(
        statement=statement, language=language, words=words, speaker=speaker, role=role, recorded_by=by
    )
    audit.record("statements.add_quote", statement, by=by, now=now, quote=quote.pk)
    return quote


@transaction.atomic
def approve_quote(statement_id: int, quote_id: int, *, approved_by: str, by: User, now: datetime) -> Quote:
    """Note who approved the words, and how. Raises TransitionRefused."""
    quote = Quote.objects.select_for_update(of=["self"]).filter(pk=quote_id, statement=statement_id).first()
    if quote is None:
        raise TransitionRefused(_("This quote has been removed."))
    if not approved_by.strip():
        raise TransitionRefused(_("Write who approved these words, and how: “the speaker, by telephone”."))
    if quote.approved_at is None:
        quote.approved_by, quote.approved_at = approved_by.strip(), now
        quote.save(update_fields=["approved_by", "approved_at"])
        audit.record("statements.approve_quote", quote.statement, by=by, now=now, quote=quote.pk)
    return quote


@transaction.atomic
def remove_quote(statement_id: int, quote_id: int, *, by: User, now: datetime) -> None:
    """Take a quote away for good: whoever said it may change their mind at any time."""
    quote = Quote.objects.select_for_update(of=["self"]).filter(pk=quote_id, statement=statement_id).first()
    if quote is None:
        return
    audit.record("statements.remove_quote", quote.statement, by=by, now=now, quote=quote.pk)
    quote.delete()


@transaction.atomic
def add_image(
    statement_id: int, data: bytes, *, texts: dict[str, str], credit: str, licence: str, by: User, now: datetime
) -> PressImage:
    """Keep a picture, drawn anew. Raises TransitionRefused with what is wrong with the file."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if statement.press_images.count() >= MAX_IMAGES:
        raise TransitionRefused(_("There are many pictures already. Remove one first."))
    if not texts.get("en", "").strip():
        raise TransitionRefused(_("Say in English at least what is to be seen: not everybody sees it."))
    try:
        clean = clean_image(data)
    except ImageRefused as exc:
        raise TransitionRefused(str(exc)) from exc
    image = PressImage.objects.create(
        statement=statement,
        data=clean.data,
        content_type=clean.content_type,
        width=clean.width,
        height=clean.height,
        texts=texts,
        credit=credit,
        licence=licence,
        added_by=by,
        added_at=now,
    )
    audit.record("statements.add_image", statement, by=by, now=now, image=image.pk)
    return image


@transaction.atomic
def remove_image(statement_id: int, image_id: int, *, by: User, now: datetime) -> None:
    image = PressImage.objects.defer("data").filter(pk=image_id, statement=statement_id).first()
    if image is None:
        return
    audit.record("statements.remove_image", image.statement, by=by, now=now, image=image.pk)
    image.delete()
