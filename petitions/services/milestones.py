"""Milestones: staff hear of a number of signatures once. Nothing leaves the house because of it."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from outbox.kinds import Kind, register
from outbox.services import queue_email
from petitions.exceptions import TransitionRefused
from petitions.models import Milestone, Petition

MAIL = Kind("petitions.milestone", may_repeat=True)
register(MAIL)


def reach_milestones(*, now: datetime) -> int:
    """Note what the tally has reached, and write one mail to each member of staff who hears of it; returns how many.

    Of two that come by at once, one finds the row unreached. A milestone stays reached when the count falls again.
    """
    passed = Milestone.objects.filter(
        reached_at=None, threshold__lte=F("petition__signature_count"), petition__in=Petition.objects.public()
    )
    reached = 0
    for milestone in passed.select_related("petition").prefetch_related("petition__texts").order_by("pk"):
        with transaction.atomic():
            if Milestone.objects.filter(pk=milestone.pk, reached_at=None).update(reached_at=now):
                _tell_staff(milestone, now)
                audit.record("petitions.reach_milestone", milestone, by=None, now=now)
                reached += 1
    return reached


@transaction.atomic
def settle_milestone(milestone_id: int, *, by: User, now: datetime) -> Milestone:
    """Staff did what it proposes, or decided against it. Raises TransitionRefused before it is reached."""
    milestone = Milestone.objects.select_for_update().get(pk=milestone_id)
    if milestone.reached_at is None:
        raise TransitionRefused(_("This milestone is not reached yet."))
    if milestone.settled_at is None:
        milestone.settled_at = now
        milestone.save(update_fields=["settled_at"])
        audit.record("petitions.settle_milestone", milestone, by=by, now=now)
    return milestone


def _tell_staff(milestone: Milestone, now: datetime) -> None:
    hears = {"codename": "hear_milestone", "content_type__app_label": "petitions"}
    groups = Group.objects.filter(permissions__in=Permission.objects.filter(**hears))
    for person in User.objects.filter(is_active=True, is_staff=True, groups__in=groups).distinct().order_by("pk"):
        with translation.override(person.language):
            title = str(milestone.petition)
        queue_email(
            MAIL.name,
            to=person.email,
            template="petitions/email/milestone",
            context={
                "title": title,
                "threshold": milestone.threshold,
                "letter": milestone.tell_recipients,
                "update": milestone.tell_signatories,
                "desk_url": settings.SITE_URL + reverse("admin:petitions_milestone_change", args=[milestone.pk]),
            },
            language=person.language,
            key=f"milestone:{milestone.pk}:{person.pk}",
            about=f"petition:{milestone.petition_id}",
            now=now,
        )
