"""An organization's yes to exact words."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate
from outbox.kinds import Attachment, Kind, register
from outbox.models import Email
from outbox.services import queue_email
from statements.canonical import canonical_text, digest_of
from statements.exceptions import SigningRefused, TextChanged
from statements.models import CoSignature, Invitation, Statement
from statements.rendering import receipt_pdf

STILL_OPEN = (Invitation.State.INVITED, Invitation.State.OPENED, Invitation.State.QUESTION)


@transaction.atomic
def open_invitation(invitation_id: int, *, by: User, now: datetime) -> None:
    """Note that a delegate saw the text; only the first time changes anything."""
    waiting = Invitation.objects.filter(pk=invitation_id, state=Invitation.State.INVITED)
    if waiting.update(state=Invitation.State.OPENED, opened_at=now):
        audit.record("statements.open_invitation", Invitation(pk=invitation_id), by=by, now=now)


def cosign(
    statement_id: int,
    *,
    delegate: Delegate,
    digest: str,
    signer_name: str,
    signer_title: str,
    authority: str,
    language_read: str,
    now: datetime,
) -> CoSignature:
    """Put the organization's name under exactly the text whose digest the delegate saw. A second press changes nothing.

    Raises TextChanged when the text is another by now, and SigningRefused when this delegate, this
    organization or this moment does not allow it.
    """
    with transaction.atomic():
        statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
        organization = delegate.organization
        standing = CoSignature.objects.filter(statement=statement, organization=organization).first()
        if standing and standing.withdrawn_at is None and standing.digest == digest:
            return standing
        invitation = _check_may_sign(statement, delegate, now)
        version = statement.current_version
        if version is None or digest != version.digest:
            raise TextChanged(
                _("The text has changed since you opened this page. Please read it again before you sign.")
            )
        rows = list(version.translations.all())
        if digest_of(canonical_text(statement.reference, version.number, rows)) != version.digest:
            raise TextChanged(_("The stored text does not fit its digest. We have been told; please do not sign."))
        if standing:
            raise SigningRefused(_("Your organization has already answered. Please write to us to change that."))
        try:
            with transaction.atomic():
                cosignature = CoSignature.objects.create(
                    statement=statement,
                    version=version,
                    organization=organization,
                    digest=version.digest,
                    language_read=language_read,
                    names_as_signed={"en": organization.name}
                    | {row.language: row.name for row in organization.names.all()},
                    signed_by=delegate.user,
                    signer_name=signer_name,
                    signer_title=signer_title,
                    authority=authority,
                    signed_at=now,
                )
        except IntegrityError:  # the constraint, should a colleague have been faster
            return CoSignature.objects.get(statement=statement, organization=organization)
        invitation.state, invitation.answered_at = Invitation.State.SIGNED, now
        invitation.save(update_fields=["state", "answered_at"])
        audit.record(
            "statements.cosign",
            cosignature,
            by=delegate.user,
            now=now,
            statement=statement.pk,
            organization=organization.pk,
            digest=version.digest,
        )
        queue_receipt(cosignature, delegate.user, now)
    return cosignature


@transaction.atomic
def decline(statement_id: int, *, delegate: Delegate, now: datetime) -> Invitation:
    """The organization says no, and hears nothing more about this text. Raises SigningRefused."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    invitation = _check_may_sign(statement, delegate, now)
    if invitation.state == Invitation.State.SIGNED:
        raise SigningRefused(_("Your organization has already signed. To withdraw, please write to us."))
    invitation.state, invitation.answered_at = Invitation.State.DECLINED, now
    invitation.save(update_fields=["state", "answered_at"])
    audit.record("statements.decline", invitation, by=delegate.user, now=now)
    return invitation


def _check_may_sign(statement: Statement, delegate: Delegate, now: datetime) -> Invitation:
    """The organization's line in the ledger, locked. Raises SigningRefused with what stands in the way."""
    if not delegate.may_sign:
        raise SigningRefused(_("You may read for your organization, but not sign. Please ask a colleague who may."))
    if not delegate.is_valid(timezone.localdate(now)):
        raise SigningRefused(_("Your mandate has ended. Please write to us, so that your organization can renew it."))
    if not statement.accepts_cosignatures(now):
        raise SigningRefused(_("Co-signing of this text is closed."))
    invitation = (
        Invitation.objects.select_for_update(of=["self"])
        .filter(statement=statement, organization=delegate.organization)
        .first()
    )
    if invitation is None:
        raise SigningRefused(_("Your organization has not been invited to sign this text."))
    return invitation


def queue_receipt(cosignature: CoSignature, user: User, now: datetime, *, again: bool = False) -> None:
    """Mail the receipt to who signed; `again` writes one more."""
    statement = cosignature.statement
    with translation.override(user.language):
        context = {
            "cosignature": cosignature,
            "organization": cosignature.name_in(user.language),
            "title": str(statement),
            "statement_url": settings.SITE_URL + reverse("statements:digest", args=[cosignature.digest]),
            "home_url": settings.SITE_URL + reverse("statements:delegate-home"),
        }
    queue_email(
        RECEIPT.name,
        to=user.email,
        template="statements/email/receipt",
        context=context,
        language=user.language,
        key=f"cosignature:{f'{now.isoformat()}:' if again else ''}{cosignature.pk}",
        about=f"statement:{statement.pk}",
        now=now,
    )


def _receipt_attachments(email: Email) -> list[Attachment]:
    cosignature = CoSignature.objects.select_related("statement", "version", "organization").get(
        pk=int(email.key.rpartition(":")[2])
    )
    return [Attachment(f"{cosignature.statement.slug}.pdf", receipt_pdf(cosignature), "application/pdf")]


RECEIPT = Kind("statements.receipt", may_repeat=True, attachments=_receipt_attachments)
register(RECEIPT)
