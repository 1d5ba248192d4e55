"""Signing and confirming."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import switches
from outbox.greetings import greetable
from outbox.kinds import Kind, register
from outbox.models import Email
from outbox.services import Allowance, queue_email, unasked_allowance
from petitions import notices
from petitions.exceptions import LinkExpired, PetitionClosed, SignatureChanged, SignatureStruckOut
from petitions.models import Petition, Signature
from petitions.notices import Purpose
from petitions.services import limits
from petitions.services.counting import note_changes
from petitions.services.links import CONFIRM, MANAGE, NOT_ME, link
from petitions.services.partners import find_partner_link
from petitions.services.writing import name_slot, write_signature
from privacy import tokens
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint

MAIL = Kind("petitions.signature", may_repeat=True)
register(MAIL)


def sign_petition(
    petition: Petition,
    *,
    name: str,
    email: str,
    country: str = "",
    comment: str = "",
    language: str,
    show_name: str = Signature.ShowName.PRIVATE,
    alias: str = "",
    show_country: bool = False,
    consent_handover: bool = False,
    consent_updates: bool = False,
    partner: str = "",
    network: bytes | None = None,
    network_range: bytes | None = None,
    waited: bool = False,
    now: datetime,
) -> None:
    """Write a pending signature and its confirmation mail, in one transaction.

    For an address that has signed already nothing is added; its owner is told by mail, and the caller learns nothing.
    A signature that was withdrawn or erased waits for a new confirmation. Raises PetitionClosed or TooManySignatures.
    """
    if not petition.is_open(now) or not switches.takes_signatures():
        raise PetitionClosed(_("This petition does not take signatures at the moment."))
    whole = canonical(email)
    verdict = limits.judge(
        petition, address=whole, network=network, network_range=network_range, waited=waited, now=now
    )
    if petition.duty_of_care:  # whatever was sent: its form asks for none of these, and they are not kept
        show_name, alias, show_country, comment = Signature.ShowName.PRIVATE, "", False, ""
    shown = show_name != Signature.ShowName.PRIVATE
    said = {
        "name": name,
        "address": email,
        "country": country,
        "comment": comment,
        "comment_state": Signature.CommentState.WAITING if comment else Signature.CommentState.NONE,
        "language": language,
        "show_name": show_name,
        "alias": alias,
        "show_country": show_country,
        "consent_show_name": notices.notice(Purpose.SHOW_NAME, language, now) if shown else None,
        "consent_handover": notices.notice(Purpose.HANDOVER, language, now) if consent_handover else None,
        "consent_updates": notices.notice(Purpose.UPDATES, language, now) if consent_updates else None,
        "network_hash": network,
        "partner": find_partner_link(petition.slug, partner) if partner else None,
        "network_range_hash": network_range,
        "domain_hash": verdict.domain_hash,
        "suspicion": verdict.suspicion,
    }
    fingerprint = address_fingerprint(whole)
    with transaction.atomic():
        # The same statements whatever has become of the address, the address first: see outbox.unasked_allowance().
        allowance = unasked_allowance(fingerprint, f"petition:{petition.pk}", now=now)
        written = Signature(
            petition=petition,
            address_fingerprint=fingerprint,
            name_slot=name_slot(petition, name),
            created_at=now,
            link_sent_at=now,
            **said,
        )
        signature = write_signature(written, is_mailed=may_mail(allowance, now))
        template = "confirm" if signature.state == Signature.State.PENDING else "already"
        queue_mail(signature, template, to=email, language=language, allowance=allowance, now=now)
        if verdict.is_blocked:  # after the same work in the same time, nothing of it stays
            transaction.set_rollback(True)


def confirm_signature(signature_id: int, *, shown: str | None = None, now: datetime) -> Signature:
    """Confirm a pending signature. A second click changes nothing.

    `shown` is the digest of the words on the page that was read (Signature.said_digest): whoever knows the address
    can change a pending signature, and its owner confirms only what they saw. Raises SignatureChanged then, or
    LinkExpired, PetitionClosed or SignatureStruckOut, each with a message for the supporter.
    The public count follows within COUNT_INTERVAL; see refresh_signature_counts().
    """
    with transaction.atomic():
        signatures = Signature.objects.select_related("petition")
        signature = signatures.select_for_update(of=["self"], no_key=True).filter(pk=signature_id).first()
        if signature is None:  # deleted since the page was opened
            raise SignatureStruckOut(_("This signature no longer counts."))
        if signature.state in {Signature.State.CONFIRMED, Signature.State.HELD}:
            return signature
        check_confirmable(signature, now=now)
        if shown is not None and shown != signature.said_digest:
            raise SignatureChanged(
                _("What is written here was changed after you opened the page. Please read it again.")
            )
        # A suspected one is held, and whoever confirms it reads the same as everybody.
        signature.state = Signature.State.HELD if signature.suspicion else Signature.State.CONFIRMED
        signature.confirmed_at = now
        signature.save(update_fields=["state", "confirmed_at"])
        if signature.state == Signature.State.CONFIRMED:
            note_changes([signature], +1)
        return signature


def check_confirmable(signature: Signature, *, now: datetime) -> None:
    """Raise LinkExpired, PetitionClosed or SignatureStruckOut when this signature cannot be confirmed any more."""
    if signature.state in {Signature.State.INVALIDATED, Signature.State.ERASED}:
        raise SignatureStruckOut(_("This signature no longer counts."))
    if signature.state == Signature.State.WITHDRAWN:
        raise SignatureStruckOut(_("You withdrew this signature. If you changed your mind, please sign once more."))
    if not signature.link_is_valid(now):
        raise LinkExpired(_("This link is older than seven days and no longer works."))
    if not signature.petition.accepts_confirmation(now):
        raise PetitionClosed(_("This petition closed before you confirmed."))


def find_signature(token: str, purpose: str) -> Signature | None:
    """The signature whose link this is, with its petition and texts; None for a forged or revoked token."""
    for row_id in tokens.row_ids(token):
        signature = (
            Signature.objects.filter(pk=row_id)
            .select_related("petition", "consent_show_name", "consent_handover", "consent_updates")
            .prefetch_related("petition__texts")
            .first()
        )
        if signature and tokens.matches(token, purpose, signature.pk, bytes(signature.nonce)):
            return signature
    return None


def mail_key(signature_id: int | None = None) -> str:
    """How the keys of a signature's mails begin, or those of all signatures."""
    return "sign:" if signature_id is None else f"sign:{signature_id}:"


def may_mail(allowance: Allowance, now: datetime) -> bool:
    """Whether a mail goes out now; a second one in the same minute does not."""
    return allowance.has_room and not any(key.endswith(_minute(now)) for key in allowance.keys)


def queue_mail(
    signature: Signature,
    template: str,
    *,
    to: str,
    language: str,
    allowance: Allowance,
    cause: str = "",
    days: int = settings.CONFIRMATION_LIFETIME.days,
    now: datetime,
) -> Email:
    """Write to the address given now, at most once for the cause, or once a minute.

    The limit on unasked mail is the outbox's. Every mail leads to the page on which all can be changed, but for those
    about a signature of which nothing is left.
    """
    with translation.override(language):
        petition_url = settings.SITE_URL + reverse("petitions:detail", args=[signature.petition.slug])
        title = str(signature.petition)
    personal = {
        "name": greetable(signature.name),
        "confirm_url": link(CONFIRM, signature, language),
        "manage_url": "" if signature.forgotten_at else link(MANAGE, signature, language),
        "not_me_url": link(NOT_ME, signature, language),
    }
    return queue_email(
        MAIL.name,
        to=to,
        template=f"petitions/email/{template}",
        context={"petition_url": petition_url, "title": title, "days": days},
        personal=personal,
        language=language,
        key=f"{mail_key(signature.pk)}{cause or _minute(now)}",
        about=allowance.about,
        unasked=True,
        allowance=allowance,
        now=now,
    )


def _minute(now: datetime) -> str:
    return str(int(now.timestamp()) // 60)
