"""What came of a demand: a dated fact with its source, written by one person and published by another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign, Demand
from campaigns.models.evidence import Source


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def public(self) -> "OutcomeQuerySet":
        return self.filter(state=Outcome.State.PUBLISHED)


class Outcome(models.Model):
    """Something that happened on a demand: a resolution, a bill, a vote, access. Never without its source."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("resolution")
        BILL = "bill", _("bill")
        VOTE = "vote", _("vote")
        ACCESS = "access", _("access")
        OTHER = "other", _("other act")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="outcomes", verbose_name=_("campaign"))
    demands = models.ManyToManyField(Demand, related_name="outcomes", verbose_name=_("demands"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    happened_on = models.DateField(_("day"))
    words = models.JSONField(_("what happened"), default=dict)  # by language; English always
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["-happened_on", "-pk"]
        permissions = [("publish_outcome", "Can publish an outcome that another wrote")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(published_at__isnull=False, published_by__isnull=False) & ~Q(published_by=F("written_by"))),
                name="outcome_published_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.text_in("en")[:80]

    @property
    def local_text(self) -> str:
        return self.text_in(get_language() or "en")

    def text_in(self, language: str) -> str:
        """The words in `language`, else in English, else in any."""
        words: dict[str, str] = self.words
        return words.get(language) or words.get("en") or next(iter(words.values()), "")
