"""Letting one journalist read a text before the embargo ends, and taking that back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from outbox.models import Email
from outbox.services import cancel_emails, queue_email
from privacy import tokens
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint
from privacy.retention import batches
from statements.exceptions import TransitionRefused
from statements.models import Preview, PreviewView, Statement
from statements.models.press import PREVIEW
from statements.services.announcing import TO_PRESS, title_in

State = Statement.State
LONGEST = timedelta(days=60)
WORKS_AFTER = timedelta(days=2)  # after the embargo, so that nobody stands before a dead link on the day


@transaction.atomic
def give_preview(
    statement_id: int, *, name: str, address: str, outlet: str = "", language: str, by: User, now: datetime
) -> Preview:
    """Make one journalist's link to a text under embargo, and mail it. Raises TransitionRefused.

    It works until two days after the embargo. The same address gets a second one only once the first is revoked.
    """
    statement = Statement.objects.select_for_update(of=["self"]).get(pk=statement_id)
    if statement.state != State.EMBARGOED or statement.embargo_until is None or statement.embargo_until <= now:
        raise TransitionRefused(_("Links are for texts under embargo. Set the end of the embargo first."))
    try:
        to = normalize(address)
    except InvalidAddress as exc:
        raise TransitionRefused(_("This does not look like an e-mail address.")) from exc
    person = address_fingerprint(canonical(to))
    if statement.previews.filter(address_fingerprint=person, revoked_at=None).exists():
        raise TransitionRefused(_("This address has a link already. Revoke it first to send a new one."))
    preview = Preview.objects.create(
        statement=statement,
        name=name,
        address=to,
        address_fingerprint=person,
        outlet=outlet,
        language=language,
        created_by=by,
        created_at=now,
        expires_at=min(statement.embargo_until + WORKS_AFTER, now + LONGEST),
    )
    audit.record("statements.give_preview", statement, by=by, now=now, preview=preview.pk)
    with translation.override(language):
        url = settings.SITE_URL + reverse("statements:preview", args=[preview.token])
    queue_email(
        TO_PRESS.name,
        to=to,
        template="statements/email/preview",
        context={
            "name": name,
            "title": title_in(statement, language),
            "preview_url": url,
            "embargo_until": statement.embargo_until,
            "time_zone": statement.time_zone,
        },
        language=language,
        key=f"preview:{preview.pk}",
        about=f"statement:{statement.pk}",
        now=now,
    )
    return preview


@transaction.atomic
def revoke_preview(statement_id: int, preview_id: int, *, by: User, now: datetime) -> Preview:
    """The link stops working at once; a mail with it that still waits does not leave. Raises TransitionRefused."""
    previews = Preview.objects.select_for_update(of=["self"])
    preview = previews.filter(pk=preview_id, statement=statement_id, revoked_at=None).first()
    if preview is None:
        raise TransitionRefused(_("This link is revoked already."))
    preview.revoked_at, preview.nonce = now, tokens.new_nonce()
    preview.save(update_fields=["revoked_at", "nonce"])
    cancel_emails(Email.objects.filter(key=f"preview:{preview.pk}"))
    audit.record("statements.revoke_preview", preview.statement, by=by, now=now, preview=preview.pk)
    return preview


def preview_of(token: str, *, now: datetime) -> Preview | None:
    """The preview this token opens now, else None: unknown, revoked, expired, or of a text that was withdrawn."""
    for row_id in tokens.row_ids(token):
        preview = Preview.objects.select_related("statement__campaign").filter(pk=row_id).first()
        if preview and tokens.matches(token, PREVIEW, preview.pk, bytes(preview.nonce)):
            shown = preview.statement.state in (State.EMBARGOED, *Statement.STANDING_STATES)
            return preview if shown and preview.works(now) else None
    return None


def note_view(preview: Preview, *, now: datetime) -> None:
    """Keep that the link was used, and when."""
    PreviewView.objects.create(preview=preview, at=now)


# --- What is kept of journalists ------------------------------------------------------------------------------
def persons_due(before: datetime) -> QuerySet[Preview]:
    """Links that ended by then and still say whose they were."""
    ended = Q(expires_at__lte=before) | Q(revoked_at__lte=before)
    return Preview.objects.filter(ended, forgotten_at=None)


def forget_persons(before: datetime) -> Iterator[int]:
    """Empty the name, the address and the newsroom; that there was a link, and its views, stay."""
    return batches(lambda: persons_due(before), lambda keys: _forget(Preview.objects.filter(pk__in=keys), before))


def previews_of(person: bytes, written_until: datetime) -> QuerySet[Preview]:
    return Preview.objects.filter(address_fingerprint=person, created_at__lte=written_until, forgotten_at=None)


def erase_previews(person: bytes, written_until: datetime, now: datetime) -> int:
    """Forget a journalist; a link that still worked stops. Call it in a transaction."""
    return _forget(previews_of(person, written_until), now)


def known_journalists() -> Iterator[bytes]:
    rows = Preview.objects.filter(forgotten_at=None, address_fingerprint__isnull=False)
    for fingerprint in rows.values_list("address_fingerprint", flat=True).iterator():
        if fingerprint is not None:
            yield bytes(fingerprint)


def _forget(previews: QuerySet[Preview], now: datetime) -> int:
    rows = list(previews.select_for_update(of=["self"]))
    for preview in rows:
        preview.name, preview.address, preview.outlet, preview.address_fingerprint = "", "", "", None
        preview.nonce, preview.forgotten_at = tokens.new_nonce(), now
        preview.save(update_fields=["name", "address", "outlet", "address_fingerprint", "nonce", "forgotten_at"])
    return len(rows)
