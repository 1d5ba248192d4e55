"""A new version of a text that was signed: its signers are told when it was edited, asked again when it says more."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate
from statements.exceptions import TransitionRefused
from statements.models import CoSignature, Invitation, PersonalSignature, Statement, Version, VersionChange
from statements.services import personal
from statements.services.mails import active_delegates, signing_delegates, write_to_delegate

Kind = VersionChange.Kind


@transaction.atomic
def version_changed(
    version: Version, change: str, *, by: User | None = None, now: datetime | None = None
) -> VersionChange:
    """Say what a locked new version means for those who signed the one before. A second call changes nothing.

    "editorial": they are told, and stay: each stands under the version it signed, and is shown under this one as such.
    "material": they are asked again and stand nowhere until they sign anew; their earlier rows stay as history.
    Raises TransitionRefused for a version that is not locked, or is the first.
    """
    now = now or timezone.now()
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=version.statement_id)
    before = statement.versions.filter(number__lt=version.number).exclude(digest="").order_by("-number").first()
    if not version.digest or before is None:
        raise TransitionRefused(_("Lock the new version first: nobody can be told of words that may still change."))
    kind = Kind(change)
    standing = list(
        CoSignature.objects.standing().filter(statement=statement).select_related("organization", "version")
    )
    oldest = min((row.version.number for row in standing), default=before.number)
    note, created = VersionChange.objects.get_or_create(
        version=version,
        defaults={
            "kind": kind,
            "signed_from": oldest if kind == Kind.EDITORIAL else version.number,
            "made_at": now,
            "made_by": by,
        },
    )
    if not created:
        return note
    audit.record(
        "statements.version_changed",
        statement,
        by=by,
        now=now,
        number=version.number,
        kind=kind.value,
        cosignatures=[row.pk for row in standing],
    )
    for cosignature in standing:
        if kind == Kind.EDITORIAL:
            _tell(cosignature, statement, version, now)
        else:
            _ask_again(cosignature, statement, version, now)
    for signature in PersonalSignature.objects.counted().filter(statement=statement):
        personal.tell_of_version(signature, version, asked_again=kind == Kind.MATERIAL, now=now)
    return note


def _tell(cosignature: CoSignature, statement: Statement, version: Version, now: datetime) -> None:
    for delegate in active_delegates(cosignature.organization, now):
        with translation.override(delegate.user.language):
            subject = _("A text you signed was edited")
            lines = [
                _("“%s” has a new version. Only its wording was edited; what it says is the same.") % str(statement),
                _("Your organization signed version %(old)d, stands under it, and is shown under version %(new)d.")
                % {"old": cosignature.version.number, "new": version.number},
                _("Nothing is asked of you. If you see that differently, you can withdraw on the page of the text."),
            ]
        write_to_delegate(
            delegate,
            statement,
            subject=subject,
            lines=lines,
            key=f"edited:{cosignature.pk}:{version.number}:{delegate.pk}",
            now=now,
        )


def _ask_again(cosignature: CoSignature, statement: Statement, version: Version, now: datetime) -> None:
    cosignature.superseded_at = now
    cosignature.save(update_fields=["superseded_at"])
    invitation = Invitation.objects.filter(statement=statement, organization=cosignature.organization).first()
    if invitation is None:
        return
    invitation.state, invitation.answered_at, invitation.needs_until = Invitation.State.AGAIN, None, None
    invitation.save(update_fields=["state", "answered_at", "needs_until"])
    for delegate in signing_delegates(cosignature.organization, now):
        _write_again(delegate, statement, invitation, version, now)


def _write_again(
    delegate: Delegate, statement: Statement, invitation: Invitation, version: Version, now: datetime
) -> None:
    with translation.override(delegate.user.language):
        subject = _("A text you signed has changed: please decide again")
        lines = [
            _("“%s” has changed in substance since your organization signed it.") % str(statement),
            _("Its name does not stand under version %d. The page shows every difference: sign again, or decline.")
            % version.number,
        ]
    key = f"again:{invitation.pk}:{version.number}:{delegate.pk}"
    write_to_delegate(delegate, statement, subject=subject, lines=lines, key=key, now=now)
