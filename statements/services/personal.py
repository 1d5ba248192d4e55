"""People who sign for themselves: asked by staff, signing from the link of their mail."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.services.mails import write_notice
from outbox.kinds import Kind, register
from outbox.models import Email
from outbox.services import cancel_emails
from privacy import tokens
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint
from statements.exceptions import SigningRefused, TransitionRefused
from statements.models import PersonalSignature, Statement, Version
from statements.services.cosigning import check_text

State = PersonalSignature.State
LINK = "personal.sign"
MAIL = Kind("statements.personal", may_repeat=True)
register(MAIL)


@transaction.atomic
def invite_person(
    statement_id: int, *, address: str, name: str, affiliation: str, language: str, by: User, now: datetime
) -> PersonalSignature:
    """Ask one person to sign for themselves, by mail. Asking again changes nothing. Raises TransitionRefused."""
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if not statement.accepts_cosignatures(now):
        raise TransitionRefused(_("Open the statement for co-signing before you invite."))
    signature, created = PersonalSignature.objects.get_or_create(
        statement=statement,
        address_fingerprint=address_fingerprint(canonical(address)),
        defaults={
            "address": address,
            "name": name,
            "affiliation": affiliation,
            "language": language,
            "invited_at": now,
            "invited_by": by,
        },
    )
    if created:
        audit.record("statements.invite_person", statement, by=by, now=now, signature=signature.pk)
        with translation.override(language):
            subject = _("You are asked to sign a text in a personal capacity")
            lines = [
                _("You are asked to sign “%s” for yourself, not for an organization.") % str(statement),
                _("Your affiliation would be shown only to say who you are. Open the page to read the exact text."),
            ]
        _write(signature, subject, lines, f"personal:{signature.pk}", now)
    return signature


def find_personal(token: str) -> PersonalSignature | None:
    """The signature of a link that is still good."""
    rows = PersonalSignature.objects.select_related("statement", "statement__campaign", "version")
    for row in rows.prefetch_related("statement__versions__translations").filter(pk__in=tokens.row_ids(token)):
        if tokens.matches(token, LINK, row.pk, bytes(row.nonce)):
            return row
    return None


@transaction.atomic
def sign_personally(
    signature_id: int, *, digest: str, name: str, affiliation: str, language_read: str, now: datetime
) -> PersonalSignature:
    """Sign exactly the text whose digest the person saw. A second press changes nothing.

    Raises TextChanged or SigningRefused.
    """
    signature, statement = _locked(signature_id)
    if signature.state == State.SIGNED:
        return signature
    if not statement.accepts_cosignatures(now):
        raise SigningRefused(_("Signing of this text is closed."))
    version = check_text(statement, digest)
    signature.state, signature.signed_at, signature.withdrawn_at = State.SIGNED, now, None
    signature.version, signature.digest, signature.language_read = version, digest, language_read
    signature.name, signature.affiliation, signature.is_late = name, affiliation, statement.is_late(now)
    signature.save()
    _stop_asking(signature)
    audit.record("statements.sign_personally", statement, by=None, now=now, signature=signature.pk, digest=digest)
    return signature


@transaction.atomic
def answer_no(signature_id: int, *, now: datetime) -> PersonalSignature:
    """Decline, or withdraw what was signed; from then on nothing more is mailed. A second press changes nothing."""
    signature, statement = _locked(signature_id)
    if signature.state in {State.DECLINED, State.WITHDRAWN}:
        return signature
    was_signed = signature.state == State.SIGNED
    signature.state = State.WITHDRAWN if was_signed else State.DECLINED
    signature.withdrawn_at = now if was_signed else None
    signature.save(update_fields=["state", "withdrawn_at"])
    _stop_asking(signature)
    act = "statements.withdraw_personally" if was_signed else "statements.decline_personally"
    audit.record(act, statement, by=None, now=now, signature=signature.pk)
    return signature


def tell_of_version(signature: PersonalSignature, version: Version, *, asked_again: bool, now: datetime) -> None:
    """Mail about a new version; asked again, the person stands nowhere until they sign anew."""
    if asked_again:
        signature.state = State.INVITED
        signature.save(update_fields=["state"])
    with translation.override(signature.language):
        title = str(signature.statement)
        if asked_again:
            subject = _("A text you signed has changed: please decide again")
            lines = [
                _("“%s” has changed in substance since you signed it.") % title,
                _("Your name does not stand under version %d until you sign it again.") % version.number,
            ]
        else:
            subject = _("A text you signed was edited")
            lines = [_("“%s” has a new version. Only its wording was edited; what it says is the same.") % title]
    _write(signature, subject, lines, f"personal:{signature.pk}:{version.number}", now)


def _locked(signature_id: int) -> tuple[PersonalSignature, Statement]:
    found = PersonalSignature.objects.get(pk=signature_id)
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=found.statement_id)
    return PersonalSignature.objects.select_for_update(of=["self"]).get(pk=signature_id), statement


def _write(signature: PersonalSignature, subject: str, lines: list[str], key: str, now: datetime) -> None:
    with translation.override(signature.language):
        path = reverse("statements:personal", args=[tokens.make(LINK, signature.pk, bytes(signature.nonce))])
        why = _("You get this mail because the coalition asked you to sign a text for yourself.")
    write_notice(
        signature.address,
        subject=subject,
        lines=lines,
        url=settings.SITE_URL + path,
        language=signature.language,
        key=key,
        why=why,
        kind=MAIL,
        about=f"statement:{signature.statement_id}",
        now=now,
    )


def _stop_asking(signature: PersonalSignature) -> None:
    cancel_emails(Email.objects.filter(key=f"personal:{signature.pk}"))
    cancel_emails(Email.objects.filter(key__startswith=f"personal:{signature.pk}:"))
