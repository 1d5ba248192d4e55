"""The words of a statement: writing them, reading them over, locking them, and beginning anew."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from statements.canonical import FORM, canonical_text, courtesy_text, digest_of
from statements.checking import Finding, check_version
from statements.composing import put_notes
from statements.exceptions import LockRefused, TransitionRefused
from statements.models import Statement, Translation, Version
from statements.services.transitions import locked, move, newest

State, Status, Review = Statement.State, Translation.Status, Translation.Review


def note_writer(statement_id: int, *, by: User, languages: Iterable[str] = ()) -> None:
    """Keep who changed the newest version last, until it is locked: somebody else publishes it.

    The texts of `languages` were changed: each waits for a reader again.
    """
    unlocked = Version.objects.filter(statement=statement_id, locked_at__isnull=True)
    texts = Translation.objects.filter(version__in=unlocked, language__in=languages)
    texts.update(written_by=by, review=Review.DRAFT, reviewed_by=None, reviewed_at=None)
    unlocked.update(last_written_by=by, revision=F("revision") + 1)
    rows = list(Translation.objects.filter(version__in=unlocked))
    put_notes(rows)
    Translation.objects.bulk_update(rows, ["notes"])


@transaction.atomic
def mark_reviewed(statement_id: int, language: str, *, by: User, now: datetime) -> Translation:
    """Note that a second person has read a draft in this language. Raises TransitionRefused."""
    statement = locked(statement_id, {State.DRAFT, State.COMMENTS})
    row = newest(statement).translations.filter(language=language).first()
    if row is None or row.progress == "missing":
        raise TransitionRefused(_("There is no text in this language yet."))
    if row.written_by_id == by.pk:
        raise TransitionRefused(_("You wrote this text last, so somebody else reads it over."))
    row.review, row.reviewed_by, row.reviewed_at = Review.REVIEWED, by, now
    row.save(update_fields=["review", "reviewed_by", "reviewed_at"])
    audit.record("statements.mark_reviewed", statement, by=by, now=now, language=language)
    return row


@transaction.atomic
def lock_version(statement_id: int, *, by: User, now: datetime, reason: str = "") -> Version:
    """Fix the newest version: from here its texts and digest never change, and the database refuses what would.

    `reason` says why it is locked in spite of what the check warns of; the audit keeps both. Raises LockRefused with
    every finding when one is blocking, or when there are warnings and no reason; TransitionRefused in another state.
    """
    statement = locked(statement_id, {State.DRAFT, State.COMMENTS})
    if statement.state == State.COMMENTS:
        raise TransitionRefused(_("End the comment round first."))
    version = newest(statement)
    findings = check_version(version)
    if blocking := [finding for finding in findings if finding.is_blocking]:
        raise LockRefused(" ".join(_sentence(finding) for finding in blocking[:3]), findings)
    if findings and not reason.strip():
        raise LockRefused(
            _("The check has something to say. Read it, and write why the text is locked as it is."), findings
        )
    translations = list(version.translations.all())
    put_notes(translations)
    for row in translations:
        _freeze(row, statement.reference, version.number)
    version.form = FORM
    version.digest = digest_of(canonical_text(statement.reference, version.number, translations, FORM))
    version.locked_at, version.locked_by = now, by
    version.save(update_fields=["form", "digest", "locked_at", "locked_by"])
    found = sorted({finding.code for finding in findings})
    move(statement, State.LOCKED, "lock_version", by, now, reason=reason, digest=version.digest, warnings=found)
    return version


def _freeze(row: Translation, reference: str, number: int) -> None:
    """What the digest is over stays; a courtesy translation gets a digest of its own."""
    row.is_frozen = row.status != Translation.Status.COURTESY
    if not row.is_frozen:
        row.digest = digest_of(courtesy_text(reference, number, row))
    row.save(update_fields=["notes", "is_frozen", "digest"])


def _sentence(finding: Finding) -> str:
    return f"{finding.place}: {finding.what} {finding.to_do}"


@transaction.atomic
def new_version(statement_id: int, *, by: User, now: datetime, change: str = "", reason: str = "") -> Version:
    """Start the next version as a copy of the newest one. Raises TransitionRefused.

    Before anybody was asked nothing more is said. Where the text was open for co-signing, `change` is "editorial" or
    "material" and `reason`, which is public, says what changes and why: nobody signs until the new version is locked
    and opened, and then those who signed are told or asked again.
    """
    statement = locked(statement_id, {State.LOCKED, State.OPEN})
    old = newest(statement)
    change = change or old.change if statement.state == State.LOCKED else change
    if statement.state == State.OPEN and (change not in Version.Change.values or not reason.strip()):
        raise TransitionRefused(
            _("Organizations were asked to sign this text: say what kind of change it is, and why.")
        )
    version = Version.objects.create(
        statement=statement,
        number=old.number + 1,
        last_written_by=old.last_written_by,
        change=change,
        change_reason=reason.strip() or (old.change_reason if change else ""),
    )
    for row in old.translations.all():
        row.pk, row.version, row.is_frozen, row.notes, row.digest = None, version, False, "", ""
        row.save(force_insert=True)
    move(statement, State.DRAFT, "new_version", by, now, reason=reason.strip(), number=version.number, change=change)
    return version


@transaction.atomic
def save_courtesy(
    statement_id: int, language: str, *, title: str, body: str, demands: list[str], by: User, now: datetime
) -> Translation:
    """Add a courtesy translation to a locked text, or put another in its place; it has its own digest.

    Nobody is asked again: what was signed stays as it is. Raises TransitionRefused in another state, and for a language
    that organizations signed.
    """
    statement = locked(statement_id, set(State) - {State.DRAFT, State.COMMENTS})
    version = newest(statement)
    row = version.translations.filter(language=language).first()
    if row is None:
        row = Translation(version=version, language=language, status=Status.COURTESY)
    elif row.status != Status.COURTESY:
        raise TransitionRefused(_("Organizations sign the text in this language: it takes a new version to change it."))
    row.title, row.body, row.demands, row.written_by = title, body, demands, by
    row.review, row.reviewed_by, row.reviewed_at = Review.DRAFT, None, None
    put_notes([row])
    row.digest = digest_of(courtesy_text(statement.reference, version.number, row))
    row.save()
    audit.record("statements.save_courtesy", statement, by=by, now=now, language=language, digest=row.digest)
    return row
