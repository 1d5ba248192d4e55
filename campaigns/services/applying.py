"""Applying to join: written by anybody, confirmed from the mail, then seen by staff."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from campaigns.exceptions import ApplicationRefused, TooManyApplications
from campaigns.models import MembershipApplication, Organization
from campaigns.services.mails import write_notice
from privacy import throttle, tokens
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint

State = MembershipApplication.State
CONFIRM = "application.confirm"
LIMIT, PER = 5, timedelta(hours=24)  # applications from one network, and mails to one address
LIFETIME = timedelta(days=7)  # of an unconfirmed application
RESERVED_SLUGS = {"join"}  # a page of ours stands there


def apply_to_join(*, address: str, network: bytes, now: datetime, **said: Any) -> None:
    """Keep the application and mail its link; everybody is answered alike. Raises TooManyApplications.

    `said` holds name, country, type, website, about, wants_hidden, contact_name, contact_title and language.
    """
    person = address_fingerprint(canonical(address))
    if not throttle.hit("application.network", network, limit=LIMIT, per=PER, now=now):
        raise TooManyApplications(
            _("Many applications came from your network today. Please try again tomorrow, or write to us.")
        )
    may_mail = throttle.hit("application.address", person, limit=3, per=PER, now=now)
    with transaction.atomic():
        application = MembershipApplication.objects.create(
            address=address, address_fingerprint=person, created_at=now, **said
        )
        if may_mail:
            _mail_link(application, now)


def find_application(token: str) -> MembershipApplication | None:
    """The application of a link that is still good."""
    for row in MembershipApplication.objects.filter(pk__in=tokens.row_ids(token)):
        if tokens.matches(token, CONFIRM, row.pk, bytes(row.nonce)):
            return row
    return None


@transaction.atomic
def confirm_application(application_id: int, *, now: datetime) -> MembershipApplication:
    """Show it to staff: an organization that has applied, with nothing public. A second press changes nothing.

    Raises ApplicationRefused when the link is too old.
    """
    application = MembershipApplication.objects.select_for_update(of=["self"]).get(pk=application_id)
    if application.state != State.UNCONFIRMED:
        return application
    if application.created_at <= now - LIFETIME:
        raise ApplicationRefused(_("This link is older than seven days. Please send the form again."))
    organization = Organization.objects.create(
        slug=_free_slug(application.name),
        name=application.name,
        country=application.country,
        type=application.type,
        website=application.website,
        is_hidden=application.wants_hidden,
        state=Organization.State.APPLIED,
    )
    application.organization, application.state, application.confirmed_at = organization, State.CONFIRMED, now
    application.save(update_fields=["organization", "state", "confirmed_at"])
    audit.record("campaigns.confirm_application", organization, by=None, now=now, application=application.pk)
    return application


def _mail_link(application: MembershipApplication, now: datetime) -> None:
    with translation.override(application.language):
        token = tokens.make(CONFIRM, application.pk, bytes(application.nonce))
        subject = _("Please confirm your application")
        lines = [
            _("Somebody, we think you, asked that %s join the coalition.") % application.name,
            _("Please open the link and press the button there. Only then do our staff read the application."),
            _("If this was not you, do nothing: what was written is deleted after seven days."),
        ]
        url = settings.SITE_URL + reverse("campaigns:confirm-application", args=[token])
        why = _("You get this mail because this address was written into the form for new members.")
    write_notice(
        application.address,
        subject=subject,
        lines=lines,
        url=url,
        language=application.language,
        key=f"application:{application.pk}",
        why=why,
        unasked=True,
        about="application",
        now=now,
    )


def _free_slug(name: str) -> str:
    """A free address of at most 50 signs: the name where it has Latin letters, else a number."""
    stem = slugify(name)[:40].strip("-") or "organization"
    taken = set(Organization.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | RESERVED_SLUGS
    free = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 3))
    return next(slug for slug in free if slug not in taken)
