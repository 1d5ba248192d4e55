"""The confirmation mail once more: when somebody asks for it, and once by itself."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import switches
from outbox.services import Allowance, unasked_allowance
from petitions.exceptions import ResendClosed, TooManySignatures
from petitions.models import Petition, Signature
from petitions.services.defence import is_challenged
from petitions.services.signing import may_mail, queue_mail
from privacy import throttle
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint

REMIND_AFTER = timedelta(hours=24)
NETWORK_LIMIT, NETWORK_WINDOW = 60, timedelta(minutes=10)  # a school or an office shares one address
BATCH = 500
State = Signature.State


def resend_confirmation(petition: Petition, *, email: str, language: str, network: bytes, now: datetime) -> None:
    """Write to the address once more what it was written when it signed; to one that did not, nothing goes out.

    The same statements for every address: for a strange one a withheld mail to nobody is written. It comes under the
    limits of signing and of unasked mail. Raises ResendClosed or TooManySignatures.
    """
    check_resendable(petition, now=now)
    if not throttle.hit("resend", network, limit=NETWORK_LIMIT, per=NETWORK_WINDOW, now=now):
        raise TooManySignatures(
            _("Many signatures came from your network in the last minutes. Please try again in ten minutes.")
        )
    fingerprint = address_fingerprint(canonical(email))
    with transaction.atomic():
        allowance = unasked_allowance(fingerprint, f"petition:{petition.pk}", now=now)
        rows = Signature.objects.filter(petition=petition, address_fingerprint=fingerprint, forgotten_at=None)
        found = list(rows.select_for_update(no_key=True).order_by("link_sent_at"))  # several share some addresses
        waiting = [row for row in found if row.state == State.PENDING and row.link_is_valid(now)]
        signature = next(iter(waiting + found), None)
        if signature is None:
            _write_nothing(petition, language, now)
        else:
            signature.petition = petition
            template = "confirm" if signature in waiting else "already"
            queue_mail(signature, template, to=email, language=language, allowance=allowance, now=now)
        longer = signature if signature in waiting and may_mail(allowance, now) else None
        Signature.objects.filter(pk=longer.pk if longer else 0).update(link_sent_at=now)


def check_resendable(petition: Petition, *, now: datetime) -> None:
    """Raise ResendClosed when nothing could be confirmed with a new mail, or robots would ask for them."""
    if not petition.accepts_confirmation(now) or not switches.takes_signatures():
        raise ResendClosed(_("This petition does not take signatures at the moment."))
    if is_challenged(petition):
        raise ResendClosed(_("Please sign once more instead: very many requests are arriving for this petition."))


def remind_pending(*, now: datetime) -> int:
    """Remind whoever signed a day ago and did not confirm, once; returns how many were looked at.

    The reminder is unasked mail as any other, and its link works no longer than before. Each is written in a
    transaction of its own: killed in the middle, the next run goes on, and nobody is reminded twice.
    """
    done, after = 0, 0
    while batch := _due(now, after):
        done += sum(_remind(signature_id, now) for signature_id in batch)
        after = batch[-1]
    return done


def _due(now: datetime, after: int) -> list[int]:
    going = [
        petition.pk
        for petition in Petition.objects.filter(state__in=[Petition.State.OPEN, Petition.State.CLOSED])
        if petition.accepts_confirmation(now)
    ]
    rows = Signature.objects.pending().filter(
        pk__gt=after,
        petition__in=going,
        reminded_at=None,
        link_sent_at__lte=now - REMIND_AFTER,
        link_sent_at__gt=now - settings.CONFIRMATION_LIFETIME,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _remind(signature_id: int, now: datetime) -> bool:
    """The address before the row, as whoever writes unasked mail."""
    fingerprint = Signature.objects.filter(pk=signature_id).values_list("address_fingerprint", flat=True).first()
    if fingerprint is None:
        return False
    petition_id = Signature.objects.values_list("petition_id", flat=True).get(pk=signature_id)
    allowance = unasked_allowance(bytes(fingerprint), f"petition:{petition_id}", now=now)
    rows = Signature.objects.pending().filter(pk=signature_id, reminded_at=None)
    signature = rows.select_related("petition").select_for_update(of=["self"], no_key=True, skip_locked=True).first()
    if signature is None or not signature.link_is_valid(now):
        return False
    left = signature.link_sent_at + settings.CONFIRMATION_LIFETIME - now
    queue_mail(
        signature,
        "reminder",
        to=signature.address,
        language=signature.language,
        allowance=allowance,
        cause="reminder",
        days=max(1, left.days),
        now=now,
    )
    signature.reminded_at = now
    signature.save(update_fields=["reminded_at"])
    return True


def _write_nothing(petition: Petition, language: str, now: datetime) -> None:
    """The row and the work of a mail, to nobody and about nobody: it keeps no address, and never leaves."""
    nobody = Signature(pk=0, petition=petition, name="")
    none = Allowance(to_fingerprint=b"", about=f"petition:{petition.pk}", has_room=False, keys=frozenset())
    cause = secrets.token_hex(8)
    queue_mail(nobody, "confirm", to="", language=language, allowance=none, cause=cause, now=now)
