"""Telling those who are part of a text: that it is public now, and what was put right in it."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from outbox.kinds import Kind, register
from outbox.services import queue_email
from statements.exceptions import TransitionRefused
from statements.models import CoSignature, Erratum, Preview, Statement

MAIL = Kind("statements.news", may_repeat=True)
register(MAIL)
TO_PRESS = Kind("statements.press", may_repeat=True)
register(TO_PRESS)


def page_url(statement: Statement, language: str) -> str:
    """The full address of the public page."""
    with translation.override(language):
        return settings.SITE_URL + reverse("statements:detail", args=[statement.slug])


def title_in(statement: Statement, language: str) -> str:
    with translation.override(language):
        return str(statement)


def announce_publication(statement: Statement, *, now: datetime) -> None:
    """One mail to whoever signed for an organization, and to each journalist whose link still worked; each once."""
    for cosignature, user in _signers(statement):
        _write(
            statement,
            MAIL,
            user.email,
            "statements/email/published",
            user.language,
            f"published:{statement.pk}:{cosignature.pk}",
            {"name": user.name, "organization": cosignature.name_in(user.language)},
            now,
        )
    for preview in _journalists(statement):
        _write(
            statement,
            TO_PRESS,
            preview.address,
            "statements/email/published",
            preview.language,
            f"published:{statement.pk}:preview:{preview.pk}",
            {"name": preview.name, "organization": ""},
            now,
        )


def tell_of_erratum(erratum: Erratum, *, now: datetime) -> None:
    """One mail to whoever signed for an organization that stands under the text."""
    statement = erratum.statement
    for cosignature, user in _signers(statement):
        _write(
            statement,
            MAIL,
            user.email,
            "statements/email/erratum",
            user.language,
            f"erratum:{erratum.pk}:{cosignature.pk}",
            {
                "name": user.name,
                "organization": cosignature.name_in(user.language),
                "words": erratum.text_in(user.language),
            },
            now,
        )


@transaction.atomic
def correct_press(statement_id: int, *, words: dict[str, str], by: User, reason: str, now: datetime) -> int:
    """Mail a correction to every journalist who had a link, used or not; revoked links too. Returns how many.

    `words` by language, English among them. Raises TransitionRefused.
    """
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    said = {code: text.strip() for code, text in words.items() if text.strip()}
    if "en" not in said:
        raise TransitionRefused(_("Write the correction in English at least."))
    previews = list(statement.previews.filter(forgotten_at=None))
    # One journalist may have had several links; the newest says in which language to write.
    by_person = {bytes(preview.address_fingerprint or b""): preview for preview in previews}
    if not by_person:
        raise TransitionRefused(_("No journalist had a link to this text."))
    for preview in by_person.values():
        _write(
            statement,
            TO_PRESS,
            preview.address,
            "statements/email/press_correction",
            preview.language,
            f"press-correction:{preview.pk}:{now.isoformat()}",
            {
                "name": preview.name,
                "words": said.get(preview.language) or said["en"],
                "is_public": statement.is_public(now),
                "embargo_until": statement.embargo_until,
            },
            now,
        )
    audit.record("statements.correct_press", statement, by=by, reason=reason, now=now, mails=len(by_person))
    return len(by_person)


def _signers(statement: Statement) -> Iterator[tuple[CoSignature, User]]:
    """Who signed, where the account is still somebody's."""
    rows = statement.cosignatures.counted().select_related("signed_by", "organization")
    return ((row, row.signed_by) for row in rows if row.signed_by.is_active)


def _journalists(statement: Statement) -> list[Preview]:
    return list(statement.previews.filter(revoked_at=None, forgotten_at=None))


def _write(
    statement: Statement,
    kind: Kind,
    to: str,
    template: str,
    language: str,
    key: str,
    context: dict[str, object],
    now: datetime,
) -> None:
    queue_email(
        kind.name,
        to=to,
        template=template,
        context={
            "title": title_in(statement, language),
            "statement_url": page_url(statement, language),
            "reference": statement.reference,
            "time_zone": statement.time_zone,
            **context,
        },
        language=language,
        key=key,
        about=f"statement:{statement.pk}",
        now=now,
    )
