"""An organization's yes to exact words."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Delegate, Organization
from outbox.kinds import Attachment, Kind, register
from outbox.models import Email
from outbox.services import queue_email
from statements.canonical import canonical_text, digest_of
from statements.exceptions import SigningRefused, TextChanged
from statements.models import CoSignature, Invitation, Statement, Version
from statements.rendering import receipt_pdf
from statements.services.answering import check_may_answer, lock_for_answer, settle
from statements.services.mails import active_delegates, write_to_delegate

State = Invitation.State


@transaction.atomic
def open_invitation(invitation_id: int, *, by: User, now: datetime) -> None:
    """Note that a delegate saw the text; only the first time changes anything."""
    waiting = Invitation.objects.filter(pk=invitation_id, state=State.INVITED)
    if waiting.update(state=State.OPENED, opened_at=now):
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
    is_confidential: bool = False,
) -> CoSignature:
    """Put the organization's name under exactly the text whose digest the delegate saw. A second press changes nothing.

    What a delegate signs for the first time waits for a second person, see confirm_cosignature(). Raises TextChanged
    when the text is another by now, and SigningRefused when this delegate, this organization or this moment does not
    allow it.
    """
    with transaction.atomic():
        statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
        organization = delegate.organization
        standing = CoSignature.objects.standing().filter(statement=statement, organization=organization).first()
        if standing and standing.digest == digest:
            return standing
        invitation = check_may_answer(statement, delegate, now)
        version = check_text(statement, digest)
        if standing:
            raise SigningRefused(
                _("Your organization stands under this text already: since it signed, the text was only edited.")
            )
        is_confidential = check_confidence(statement, organization, is_confidential)
        try:
            with transaction.atomic():
                cosignature = CoSignature.objects.create(
                    statement=statement,
                    version=version,
                    organization=organization,
                    digest=version.digest,
                    language_read=language_read,
                    names_as_signed=dict(organization.names_on(timezone.localdate(now))),
                    signed_by=delegate.user,
                    signer_name=signer_name,
                    signer_title=signer_title,
                    authority=authority,
                    signed_at=now,
                    is_late=statement.is_late(now),
                    is_confidential=is_confidential,
                    confirmed_at=now if delegate.vouched_at else None,
                )
        except IntegrityError:  # the constraint, should a colleague have been faster
            return CoSignature.objects.standing().get(statement=statement, organization=organization)
        settle(invitation, State.SIGNED, now)
        audit.record(
            "statements.cosign",
            cosignature,
            by=delegate.user,
            now=now,
            statement=statement.pk,
            organization=organization.pk,
            digest=version.digest,
            late=cosignature.is_late,
            confidential=is_confidential,
        )
        queue_receipt(cosignature, delegate.user, f"cosignature:{cosignature.pk}", now)
        if cosignature.confirmed_at is None:
            _ask_colleagues_to_confirm(cosignature, delegate, now)
    return cosignature


@transaction.atomic
def decline(statement_id: int, *, delegate: Delegate, now: datetime, reason: str = "") -> Invitation:
    """The organization says no, and hears nothing more about this text. Raises SigningRefused."""
    invitation = lock_for_answer(statement_id, delegate, now)
    if invitation.state == State.SIGNED:
        raise SigningRefused(_("Your organization has already signed. To take that back, please withdraw."))
    invitation.reason = reason or None
    settle(invitation, State.DECLINED, now)
    audit.record("statements.decline", invitation, by=delegate.user, now=now)
    return invitation


def check_text(statement: Statement, digest: str) -> Version:
    """The version that is signed now, when `digest` is its own and its stored words. Raises TextChanged."""
    version = statement.signable_version
    if version is None or digest != version.digest:
        raise TextChanged(_("The text has changed since you opened this page. Please read it again before you sign."))
    rows = list(version.translations.all())
    if digest_of(canonical_text(statement.reference, version.number, rows, version.form)) != version.digest:
        raise TextChanged(_("The stored text does not fit its digest. We have been told; please do not sign."))
    return version


def check_confidence(statement: Statement, organization: Organization, wanted: bool) -> bool:
    """Whether this co-signature is confidential; a hidden member's always is. Raises SigningRefused where barred."""
    confidential = wanted or organization.is_hidden
    if confidential and statement.bars_confidential:
        raise SigningRefused(
            _("This text goes where every name is published, so that nobody can sign it confidentially.")
        )
    return confidential


def queue_receipt(cosignature: CoSignature, user: User, key: str, now: datetime) -> None:
    """Mail the receipt with the PDF of the exact text; `key` ends with the number of the co-signature."""
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
        key=key,
        about=f"statement:{statement.pk}",
        now=now,
    )


def _ask_colleagues_to_confirm(cosignature: CoSignature, delegate: Delegate, now: datetime) -> None:
    """The first time somebody signs, every colleague learns of it; one of them, or staff, confirms."""
    for colleague in active_delegates(delegate.organization, now, but=delegate.user):
        with translation.override(colleague.user.language):
            title = str(cosignature.statement)
            subject = _("Please confirm a co-signature of your organization")
            lines = [
                _("%(person)s has signed “%(title)s” for your organization, for the first time.")
                % {"person": cosignature.signer_name, "title": title},
                _("Until a second person confirms it, the name of your organization stands nowhere."),
                _("If this was not decided, please tell us at once by answering this mail."),
            ]
        write_to_delegate(
            colleague,
            cosignature.statement,
            subject=subject,
            lines=lines,
            key=f"confirm:{cosignature.pk}:{colleague.pk}",
            now=now,
        )


def receipt_attachments(email: Email) -> list[Attachment]:
    """The PDF of the exact text; the key of the mail ends with the number of the co-signature."""
    cosignature = CoSignature.objects.select_related("statement", "version", "organization").get(
        pk=int(email.key.rpartition(":")[2])
    )
    return [Attachment(f"{cosignature.statement.slug}.pdf", receipt_pdf(cosignature), "application/pdf")]


RECEIPT = Kind("statements.receipt", may_repeat=True, attachments=receipt_attachments)
register(RECEIPT)
