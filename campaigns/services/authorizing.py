"""Standing authority: on which topics the secretariat may sign for an organization."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from campaigns.exceptions import AuthorityRefused
from campaigns.models import Delegate, StandingAuthority, Topic


@transaction.atomic
def give_standing_authority(
    delegation: Delegate, *, topics: Collection[Topic], mandate: str, valid_until: date | None, now: datetime
) -> StandingAuthority:
    """Let the secretariat sign texts on these topics. Raises AuthorityRefused unless the delegate may sign."""
    if not delegation.may_sign or not delegation.is_valid(timezone.localdate(now)):
        raise AuthorityRefused(_("Only a delegate who may sign can give this authority."))
    if not topics:
        raise AuthorityRefused(_("Choose at least one topic."))
    authority = StandingAuthority.objects.create(
        organization=delegation.organization,
        mandate=mandate,
        granted_by=delegation.user,
        granted_at=now,
        valid_until=valid_until,
    )
    authority.topics.set(topics)
    audit.record(
        "campaigns.give_standing_authority",
        delegation,  # not the organization, whose history others read: delegates are known to few
        by=delegation.user,
        now=now,
        authority=authority.pk,
        topics=sorted(topic.slug for topic in topics),
    )
    return authority


@transaction.atomic
def take_back_authority(authority_id: int, delegation: Delegate, *, now: datetime) -> None:
    """End it from now on; what was signed by it stays. A second press changes nothing.

    Raises AuthorityRefused unless the delegate may sign.
    """
    if not delegation.may_sign or not delegation.is_valid(timezone.localdate(now)):
        raise AuthorityRefused(_("Only a delegate who may sign can take this back."))
    standing = StandingAuthority.objects.filter(pk=authority_id, organization=delegation.organization, revoked_at=None)
    if standing.update(revoked_at=now):
        audit.record("campaigns.take_back_authority", delegation, by=delegation.user, now=now, authority=authority_id)
