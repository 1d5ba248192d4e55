"""Signing by standing authority, and the final copy that always goes to the organization."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Organization, StandingAuthority
from campaigns.services.mails import write_notice
from outbox.kinds import Kind, register
from statements.exceptions import SigningRefused
from statements.models import CoSignature, Invitation, Statement
from statements.services.answering import settle
from statements.services.cosigning import check_confidence, check_text, queue_receipt, receipt_attachments
from statements.services.mails import active_delegates

FINAL_COPY = Kind("statements.final_copy", may_repeat=True, attachments=receipt_attachments)
register(FINAL_COPY)


def authorities_for(statement: Statement, *, now: datetime) -> list[StandingAuthority]:
    """Those that cover every topic of the statement, of organizations whose answer it still waits for."""
    topics = set(statement.topics.values_list("pk", flat=True))
    if not topics or not statement.accepts_cosignatures(now):
        return []
    asked = Invitation.objects.waiting(now).filter(statement=statement).values("organization")
    active = StandingAuthority.objects.active(timezone.localdate(now)).filter(organization__in=asked)
    rows = active.select_related("organization", "granted_by").prefetch_related("topics", "organization__names")
    return [row for row in rows if topics <= {topic.pk for topic in row.topics.all()}]


@transaction.atomic
def sign_by_authority(
    statement_id: int, organization: Organization, *, digest: str, by: User, now: datetime
) -> CoSignature:
    """The secretariat signs for an organization that authorized it for these topics; its delegates get the receipt.

    Raises TextChanged or SigningRefused.
    """
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    authority = next(
        (row for row in authorities_for(statement, now=now) if row.organization_id == organization.pk), None
    )
    if authority is None:
        raise SigningRefused(
            _("No authority of this organization covers every topic of the text, or it has answered already.")
        )
    version = check_text(statement, digest)
    invitation = Invitation.objects.select_for_update(of=["self"]).get(statement=statement, organization=organization)
    cosignature = CoSignature.objects.create(
        statement=statement,
        version=version,
        organization=organization,
        digest=version.digest,
        language_read=by.language,
        names_as_signed=dict(organization.names_on(timezone.localdate(now))),
        signed_by=by,
        signer_name=by.name,
        signer_title=_("for the secretariat, by standing authority"),
        authority=authority.mandate,
        signed_at=now,
        is_late=statement.is_late(now),
        is_confidential=check_confidence(statement, organization, False),
        confirmed_at=now,
        by_authority=authority,
    )
    settle(invitation, Invitation.State.SIGNED, now)
    audit.record(
        "statements.sign_by_authority",
        cosignature,
        by=by,
        now=now,
        statement=statement.pk,
        organization=organization.pk,
        authority=authority.pk,
        digest=version.digest,
    )
    for delegate in active_delegates(organization, now):
        queue_receipt(cosignature, delegate.user, f"authority:{delegate.pk}:{cosignature.pk}", now)
    return cosignature


def send_final_copies(*, now: datetime) -> int:
    """Mail the published text to every organization that stands under it by authority, once; returns how many."""
    due = CoSignature.objects.counted().filter(
        by_authority__isnull=False, final_copy_at=None, statement__published_at__lte=now
    )
    return sum(_send_final_copy(pk, now) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _send_final_copy(cosignature_id: int, now: datetime) -> int:
    rows = CoSignature.objects.filter(pk=cosignature_id, final_copy_at=None)
    if not rows.update(final_copy_at=now):
        return 0
    cosignature = CoSignature.objects.select_related("statement", "organization").get(pk=cosignature_id)
    statement = cosignature.statement
    for delegate in active_delegates(cosignature.organization, now):
        language = delegate.user.language
        with translation.override(language):
            organization = cosignature.name_in(language)
            subject = _("Published: %s") % str(statement)
            lines = [
                _("“%(title)s” is published with the name of %(organization)s, by its standing authority.")
                % {"title": str(statement), "organization": organization},
                _("The exact text is attached. You can withdraw at any time on the page of the text."),
            ]
            url = settings.SITE_URL + reverse("statements:detail", args=[statement.slug])
            why = _("You get this mail because you are a delegate of %s.") % organization
        write_notice(
            delegate.user.email,
            subject=subject,
            lines=lines,
            url=url,
            language=language,
            key=f"final-copy:{delegate.pk}:{cosignature.pk}",
            why=why,
            kind=FINAL_COPY,
            about=f"statement:{statement.pk}",
            now=now,
        )
    return 1
