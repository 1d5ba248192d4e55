"""Outcomes: one person writes down what happened, another publishes it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.exceptions import CampaignsError
from campaigns.models import News, Outcome
from campaigns.services.telling import tell_news

LONGEST = 300  # characters of a line of news


@transaction.atomic
def publish_outcome(outcome_id: int, *, by: User, now: datetime) -> Outcome:
    """Draft to published; those who asked to hear of it do. Raises CampaignsError to whoever wrote it."""
    outcome = Outcome.objects.select_for_update(of=["self"]).select_related("campaign", "source").get(pk=outcome_id)
    if outcome.state != Outcome.State.DRAFT:
        raise CampaignsError(_("This outcome is public already."))
    if outcome.written_by_id == by.pk:
        raise CampaignsError(_("An outcome is published by somebody other than who wrote it."))
    if not outcome.source.is_public:
        raise CampaignsError(_("Its source may not be printed. Name one that may."))
    if not outcome.demands.exists():
        raise CampaignsError(_("Name the demand it belongs to."))
    outcome.state, outcome.published_by, outcome.published_at = Outcome.State.PUBLISHED, by, now
    outcome.save(update_fields=["state", "published_by", "published_at"])
    audit.record("campaigns.publish_outcome", outcome, by=by, now=now)
    with translation.override("en"):
        path = reverse("pages:campaign", args=[outcome.campaign.slug]) + "#demands"
    words = {code: outcome.text_in(code)[:LONGEST] for code, _name in settings.LANGUAGES}
    tell_news(outcome.campaign_id, News.Kind.OUTCOME, key=f"outcome:{outcome.pk}", words=words, path=path, now=now)
    return outcome


def note_outcome_writer(outcome_id: int, *, by: User) -> None:
    """Keep who changed a draft last: somebody else publishes it."""
    Outcome.objects.filter(pk=outcome_id, state=Outcome.State.DRAFT).update(written_by=by)
