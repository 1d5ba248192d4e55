"""Asking the letters room to send a published statement."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from letters.models import Recipient, Release
from letters.services import request_release as ask
from statements.block import block_of
from statements.exceptions import TransitionRefused
from statements.models import Statement, Version


def request_release(
    statement_id: int,
    recipients: Iterable[Recipient],
    *,
    language: str = "en",
    reply_by: date,
    leave_on: date | None = None,
    leave_time: time | None = None,
    by: User,
    now: datetime,
) -> Release:
    """Ask for letters about a published statement, with its signatories as they stand now.

    Under embargo none leaves before its end. `leave_on` and `leave_time` are as clocks at each office show them.
    Raises TransitionRefused, or LettersError from the letters room.
    """
    return ask(
        **release_facts(statement_id, now=now),
        recipients=recipients,
        language=language,
        reply_by=reply_by,
        leave_on=leave_on,
        leave_time=leave_time,
        by=by,
        now=now,
    )


def release_facts(statement_id: int, *, now: datetime) -> dict[str, Any]:
    """What letters must know of a statement: title, digest, public page, signatories and sender, by language."""
    statement = (
        Statement.objects.select_related("campaign")
        .prefetch_related("versions__translations", "campaign__texts")
        .get(pk=statement_id)
    )
    version = statement.current_version
    becomes_public = statement.state == Statement.State.EMBARGOED
    if not (becomes_public or statement.state in Statement.STANDING_STATES) or version is None or not version.digest:
        raise TransitionRefused(_("Only a published statement, or one under embargo, can be sent."))
    if statement.names_hidden:
        raise TransitionRefused(_("The names under this statement are hidden, and letters would carry them."))
    campaign = statement.campaign
    languages = [code for code, _name in settings.LANGUAGES]
    titles = {row.language: row.title for row in version.translations.all()}
    english = titles.get("en") or next(iter(titles.values()))
    coalitions = {row.language: row.coalition for row in campaign.texts.all()}
    with translation.override("en"):
        url = settings.SITE_URL + reverse("statements:detail", args=[statement.slug])
    return {
        "about": f"statement:{version.digest}",
        "title": english,
        "titles": titles,
        "text_digest": version.digest,
        "not_before": statement.embargo_until if becomes_public else None,
        "public_url": url,
        "campaign": campaign,
        "asked_by": block_of(statement, version, "en").count,
        "signatories": {code: _names(statement, version, code) for code in languages},
        "senders": {
            code: {
                "coalition": coalitions.get(code) or coalitions.get("en", ""),
                "contact_name": campaign.contact_name,
                "contact_address": campaign.contact_address,
                "postal_lines": campaign.postal_lines,
            }
            for code in languages
        },
    }


def _names(statement: Statement, version: Version, language: str) -> list[dict[str, str]]:
    """The names of the signature block as letters freeze them, each group's heading as the note of its names."""
    return [
        {"name": line.name, "note": ", ".join(part for part in (group.heading, line.note) if part)}
        for group in block_of(statement, version, language).groups
        for line in group.lines
    ]
