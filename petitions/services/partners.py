"""Links of member organizations to a petition, and how many signed through each."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Organization
from petitions.exceptions import PartnerLinkRefused
from petitions.models import PartnerLink, Petition
from petitions.models.counting import SUPPRESSED_BELOW


@transaction.atomic
def make_partner_link(petition: Petition, organization: Organization, *, by: User, now: datetime) -> PartnerLink:
    """Give a member organization its own address of the petition. Raises PartnerLinkRefused for a second one."""
    if organization.state != Organization.State.VERIFIED:
        raise PartnerLinkRefused(_("Only a verified member organization has a link of its own."))
    link, is_new = PartnerLink.objects.get_or_create(petition=petition, organization=organization)
    if not is_new:
        raise PartnerLinkRefused(_("This organization has a link to this petition already."))
    audit.record("petitions.make_partner_link", link, by=by, now=now, petition=petition.pk)
    return link


def find_partner_link(slug: str, code: str) -> PartnerLink | None:
    """The link with this code to this public petition, with petition and organization; None for an invented one."""
    links = PartnerLink.objects.filter(code=code, petition__slug=slug, petition__in=Petition.objects.public())
    return links.select_related("petition", "organization").first()


def links_of(organizations: Iterable[Organization]) -> QuerySet[PartnerLink]:
    """The links of these organizations, newest petition first, with the texts of the petitions."""
    links = PartnerLink.objects.filter(organization__in=organizations, petition__in=Petition.objects.public())
    return (
        links.select_related("petition", "organization")
        .prefetch_related("petition__texts", "organization__names")
        .order_by("-petition_id", "organization_id")
    )


def shown_total(link: PartnerLink) -> int | None:
    """How many signed through the link; None while they are so few that the number could point at one of them.

    None under duty of care too: who watches the number learns when somebody signed. Load the petition.
    """
    is_shown = link.signature_count >= SUPPRESSED_BELOW and not link.petition.duty_of_care
    return link.signature_count if is_shown else None
