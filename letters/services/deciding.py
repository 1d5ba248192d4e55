"""The second person's decision, and the stop button."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.exceptions import ReleaseRefused
from letters.models import Letter, Release
from letters.services.writing import write_letters
from letters.signals import release_being_approved
from outbox.models import Email
from outbox.services import cancel_emails


@transaction.atomic
def approve_release(release_id: int, *, by: User, now: datetime) -> int:
    """Freeze one letter for each office and queue it for the end of the cooling-off period; returns how many are new.

    Pressed a second time it adds none. Raises ReleaseRefused to the person who asked, and when the
    copies are no longer those that were previewed.
    """
    release = Release.objects.select_for_update(of=["self"]).get(pk=release_id)
    if release.state == Release.State.APPROVED:
        return 0
    _check_waiting(release)
    if release.requested_by_id == by.pk:
        raise ReleaseRefused(_("A release is approved by somebody other than the person who asked for it."))
    if not by.may_decide(now):
        raise ReleaseRefused(
            _(
                "An administrator has changed your account a short while ago. Until a day has passed somebody else "
                "approves letters: so nobody can act as two people."
            )
        )
    if release.reply_by <= timezone.localdate(now):
        raise ReleaseRefused(
            _("The day by which an answer is asked for has passed. Send the release back and ask again.")
        )
    release_being_approved.send(Release, release=release, now=now)
    release.state, release.decided_by, release.decided_at = Release.State.APPROVED, by, now
    release.send_at = now + settings.RELEASE_COOLING_OFF
    release.save(update_fields=["state", "decided_by", "decided_at", "send_at"])
    count = write_letters(release, now=now)
    audit.record("letters.approve_release", release, by=by, now=now, letters=count)
    return count


@transaction.atomic
def send_back_release(release_id: int, *, by: User, reason: str, now: datetime) -> Release:
    """Refuse a release that waits, with the reason. Raises ReleaseRefused, also to the person who asked."""
    release = Release.objects.select_for_update(of=["self"]).get(pk=release_id)
    _check_waiting(release)
    if release.requested_by_id == by.pk:
        raise ReleaseRefused(_("You asked for this release yourself: stop it instead of sending it back."))
    release.state, release.decided_by, release.decided_at = Release.State.REFUSED, by, now
    release.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record("letters.send_back_release", release, by=by, reason=reason, now=now)
    return release


@transaction.atomic
def stop_release(release_id: int, *, by: User | None, now: datetime) -> int:
    """Stop every letter that the mail server has not begun to take and nobody has carried; returns how many.

    One that is being handed over just now is stopped later, should the mail server not take it.
    Raises ReleaseRefused.
    """
    release = Release.objects.select_for_update(of=["self"]).get(pk=release_id)
    if release.state not in {Release.State.REQUESTED, Release.State.APPROVED}:
        raise ReleaseRefused(_("This release is “%s”: there is nothing to stop.") % release.get_state_display())
    stopped = stop_what_is_here(release, now=now)
    audit.record("letters.stop_release", release, by=by, now=now, stopped=stopped)
    return stopped


def stop_what_is_here(release: Release, *, now: datetime) -> int:
    """Stop a locked release and each letter that has not left; returns how many letters."""
    cancel_emails(Email.objects.filter(letter__release=release))
    here = Q(email__state=Email.State.CANCELLED) | Q(dispatch__isnull=False, dispatch__done_at=None)
    letters = Letter.objects.filter(here, release=release, stopped_at=None)
    stopped = Letter.objects.filter(pk__in=list(letters.values_list("pk", flat=True))).update(stopped_at=now)
    release.state = Release.State.STOPPED
    release.save(update_fields=["state"])
    return stopped


def _check_waiting(release: Release) -> None:
    if release.state != Release.State.REQUESTED:
        raise ReleaseRefused(_("This release is “%s” and waits for nobody.") % release.get_state_display())
