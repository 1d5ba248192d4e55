"""The life of a statement: locking its text, opening it for co-signing, publishing."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from letters.rendering import placeholders_in
from statements.canonical import canonical_text, digest_of
from statements.exceptions import TransitionRefused
from statements.models import Statement, Translation, Version
from statements.services.transitions import locked as _locked
from statements.services.transitions import move as _move
from statements.services.transitions import newest as _newest

State = Statement.State


@transaction.atomic
def lock_version(statement_id: int, *, by: User, now: datetime) -> Version:
    """Fix the newest version: from here its texts and digest never change. Raises TransitionRefused."""
    statement = _locked(statement_id, {State.DRAFT, State.COMMENTS})
    version = _newest(statement)
    translations = list(version.translations.all())
    if not any(row.status == Translation.Status.AUTHORITATIVE for row in translations):
        raise TransitionRefused(_("Mark one language as the authoritative text first."))
    for row in translations:
        if left := placeholders_in(row.title) | placeholders_in(row.body):
            raise TransitionRefused(
                _("The text still holds placeholders (%(language)s): %(names)s.")
                % {"language": row.language, "names": ", ".join(sorted(left))}
            )
    version.digest = digest_of(canonical_text(statement.reference, version.number, translations))
    version.locked_at, version.locked_by = now, by
    version.save(update_fields=["digest", "locked_at", "locked_by"])
    _move(statement, State.LOCKED, "lock_version", by, now, digest=version.digest)
    return version


def note_writer(statement_id: int, *, by: User) -> None:
    """Keep who changed the newest version last, until it is locked: somebody else publishes it."""
    unlocked = Version.objects.filter(statement=statement_id, locked_at__isnull=True)
    unlocked.update(last_written_by=by)


@transaction.atomic
def new_version(statement_id: int, *, by: User, now: datetime) -> Version:
    """Start the next version as a copy of the locked one, before anybody signed it. Raises TransitionRefused."""
    statement = _locked(statement_id, {State.LOCKED})
    old = _newest(statement)
    version = Version.objects.create(statement=statement, number=old.number + 1, last_written_by=old.last_written_by)
    for row in old.translations.all():
        row.pk, row.version = None, version
        row.save(force_insert=True)
    _move(statement, State.DRAFT, "new_version", by, now, number=version.number)
    return version


@transaction.atomic
def open_for_cosigning(statement_id: int, *, by: User, now: datetime) -> Statement:
    """Locked to open. Raises TransitionRefused without a deadline that lies ahead."""
    statement = _locked(statement_id, {State.LOCKED})
    if statement.deadline is None or statement.deadline <= now:
        raise TransitionRefused(_("Set a deadline for co-signing that lies ahead."))
    _move(statement, State.OPEN, "open_for_cosigning", by, now)
    return statement


@transaction.atomic
def close_cosigning(statement_id: int, *, by: User, now: datetime) -> Statement:
    """Open to closed: nobody signs any more."""
    statement = _locked(statement_id, {State.OPEN})
    _move(statement, State.CLOSED, "close_cosigning", by, now)
    return statement


@transaction.atomic
def publish_statement(statement_id: int, *, by: User, now: datetime, reason: str = "") -> Statement:
    """Closed to published, by somebody who neither began it nor wrote or locked it last. Raises TransitionRefused."""
    statement = _locked(statement_id, {State.CLOSED})
    check_publisher(statement, by)
    statement.published_at = now
    _move(statement, State.PUBLISHED, "publish_statement", by, now, reason)
    return statement


def check_publisher(statement: Statement, by: User) -> None:
    """Raises TransitionRefused unless this person may be the second of the two whom publishing takes."""
    if statement.author_id == by.pk:
        raise TransitionRefused(_("A statement is published by somebody other than its author."))
    if statement.was_written_by(by.pk):
        raise TransitionRefused(_("A text is published by somebody other than who wrote or locked it last."))
    if not statement.cosignatures.on(_newest(statement)).exists():
        raise TransitionRefused(_("No organization has signed this version."))
