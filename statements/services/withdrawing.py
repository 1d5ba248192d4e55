"""Taking a co-signature back: before publication it vanishes, afterwards it stays on the page with its date."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate
from letters.models import Letter
from statements.exceptions import SigningRefused
from statements.models import CoSignature, Invitation, Statement
from statements.services.mails import write_to_drafter


def withdraw(statement_id: int, *, delegate: Delegate, now: datetime) -> CoSignature:
    """The organization takes its name back, at any time. A second press changes nothing. Raises SigningRefused."""
    if not delegate.may_sign:
        raise SigningRefused(_("You may read for your organization, but not sign. Please ask a colleague who may."))
    if not delegate.is_valid(timezone.localdate(now)):
        raise SigningRefused(_("Your mandate has ended. Please write to us, so that your organization can renew it."))
    with transaction.atomic():
        Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
        rows = CoSignature.objects.filter(statement=statement_id, organization=delegate.organization)
        last = rows.order_by("-signed_at", "-pk").first()
        if last is None:
            raise SigningRefused(_("Your organization has not signed this text."))
        if not last.stands:
            return last
        return _withdraw(last, by=delegate.user, reason="", now=now)


@transaction.atomic
def withdraw_for(cosignature_id: int, *, by: User, reason: str, now: datetime) -> CoSignature:
    """The same by staff, for an organization that wrote to us. Raises SigningRefused."""
    found = CoSignature.objects.get(pk=cosignature_id)
    Statement.objects.select_for_update(of=["self"]).get(pk=found.statement_id)
    found.refresh_from_db()
    if not found.stands:
        raise SigningRefused(_("This co-signature does not stand any more."))
    return _withdraw(found, by=by, reason=reason, now=now)


@transaction.atomic
def note_recipients_told(cosignature_id: int, *, by: User, reason: str, now: datetime) -> CoSignature:
    """Note that the offices which hold a copy were told of the withdrawal. Raises SigningRefused."""
    cosignature = CoSignature.objects.select_for_update(of=["self"]).get(pk=cosignature_id)
    if cosignature.withdrawn_at is None or cosignature.recipients_told_at:
        raise SigningRefused(_("There is nothing to tell the recipients, or they were told before."))
    cosignature.recipients_told_at = now
    cosignature.save(update_fields=["recipients_told_at"])
    audit.record("statements.note_recipients_told", cosignature, by=by, reason=reason, now=now)
    return cosignature


def copies_out(cosignature: CoSignature) -> int:
    """How many letters left us with the text that this organization stood under."""
    digests = [version.digest for version in cosignature.statement.versions.all() if version.digest]
    return Letter.objects.filter(text_digest__in=digests, stopped_at=None).count()


def _withdraw(cosignature: CoSignature, *, by: User, reason: str, now: datetime) -> CoSignature:
    cosignature.withdrawn_at, cosignature.withdrawn_by = now, by
    cosignature.save(update_fields=["withdrawn_at", "withdrawn_by"])
    line = Invitation.objects.filter(statement=cosignature.statement_id, organization=cosignature.organization_id)
    line.update(state=Invitation.State.WITHDRAWN, answered_at=now)
    statement = cosignature.statement
    published = statement.published_at is not None and statement.published_at <= now
    audit.record("statements.withdraw_cosignature", cosignature, by=by, reason=reason, now=now, published=published)
    with translation.override(statement.author.language):
        name = cosignature.name_in(statement.author.language)
        subject = _("%s has withdrawn its co-signature") % name
        lines = [
            _("%(organization)s no longer stands under “%(title)s”.") % {"organization": name, "title": str(statement)}
        ]
        if published:
            lines.append(_("The statement is public, so the page shows the withdrawal with its date."))
            if copies := copies_out(cosignature):
                lines.append(
                    _("%d copies have left us. Please tell the offices, then note it on the page of the co-signature.")
                    % copies
                )
    write_to_drafter(statement, subject=subject, lines=lines, key=f"withdrawn:{cosignature.pk}", now=now)
    return cosignature
