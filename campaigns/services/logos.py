"""The logo of an organization: kept as pixels only, shown only by consent."""

from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from campaigns.models import Organization, OrganizationLogo
from campaigns.png import rewritten


@transaction.atomic
def set_logo(
    organization_id: int, content: bytes, *, is_shown: bool, consent: str, by: User, now: datetime
) -> OrganizationLogo:
    """Keep this PNG, written anew without anything but its pixels. Raises NoSuchPicture."""
    picture = rewritten(content)
    organization = Organization.objects.select_for_update(of=["self"]).get(pk=organization_id)
    logo, _created = OrganizationLogo.objects.update_or_create(
        organization=organization,
        defaults={
            "content": picture.content,
            "width": picture.width,
            "height": picture.height,
            "is_shown": is_shown and bool(consent),
            "consent": consent,
            "uploaded_at": now,
        },
    )
    audit.record("campaigns.set_logo", organization, by=by, now=now, shown=logo.is_shown)
    return logo


@transaction.atomic
def remove_logo(organization_id: int, *, by: User, reason: str, now: datetime) -> None:
    """Delete it; a second press changes nothing."""
    if OrganizationLogo.objects.filter(organization=organization_id).delete()[0]:
        audit.record("campaigns.remove_logo", Organization(pk=organization_id), by=by, reason=reason, now=now)
