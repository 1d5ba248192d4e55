"""What those who asked to hear of it are told: one line for each event, gathered into one mail a day."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign


class NewsDigest(models.Model):
    """The news of one campaign that go out together. The mails themselves are written by the rooms of their readers."""

    class State(models.TextChoices):
        GATHERING = "gathering", _("gathering")
        CLOSED = "closed", _("sent out")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="digests", verbose_name=_("campaign"))
    opened_at = models.DateTimeField(_("first news"))
    closed_at = models.DateTimeField(_("sent out"), null=True)

    class Meta:
        verbose_name = _("news by mail")
        verbose_name_plural = _("news by mail")
        ordering = ["-opened_at"]
        permissions = [("send_newsdigest", "Can send the gathered news before the day is over")]
        constraints = [
            models.UniqueConstraint(fields=["campaign"], condition=Q(closed_at=None), name="digest_one_gathers")
        ]

    def __str__(self) -> str:
        return f"digest {self.pk}"

    @property
    def state(self) -> State:
        return self.State.CLOSED if self.closed_at else self.State.GATHERING

    def get_state_display(self) -> str:
        return str(self.state.label)

    def closes_at(self) -> datetime:
        """When it goes out by itself."""
        return self.opened_at + settings.NEWS_WINDOW


class News(models.Model):
    """One event, told once: it stands in one digest, and a digest goes once to each person."""

    class Kind(models.TextChoices):
        PUBLICATION = "publication", _("publication")
        REPLY = "reply", _("public answer")
        OUTCOME = "outcome", _("outcome")
        HANDOVER = "handover", _("handover")

    digest = models.ForeignKey(NewsDigest, models.PROTECT, related_name="news", verbose_name=_("news by mail"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    key = models.CharField(max_length=60, unique=True)  # "reply:12": the same event is never told twice
    about = models.CharField(max_length=60, blank=True)  # "statement:3", "petition:4"; "" concerns all of the campaign
    words = models.JSONField(_("words"), default=dict)  # by language, one line of plain text
    path = models.CharField(_("page"), max_length=200)  # on this site, in English
    happened_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return self.key

    def text_in(self, language: str) -> str:
        words: dict[str, str] = self.words
        return words.get(language) or words.get("en") or next(iter(words.values()), "")

    @property
    def local_text(self) -> str:
        return self.text_in(get_language() or "en")

    def url_in(self, language: str) -> str:
        """The full address of its page in this language."""
        prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
        return f"{settings.SITE_URL}{prefix}{self.path}"
