"""A campaign, told in each language, and what it asks of whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.languages import in_language


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def public(self) -> "CampaignQuerySet":
        return self.filter(is_public=True)


class Campaign(models.Model):
    """What a coalition works for over months or years; petitions, statements and evidence belong to one."""

    slug = models.SlugField(_("address of the page"), unique=True)
    is_public = models.BooleanField(_("public"), default=False)
    contact_name = models.CharField(_("contact"), max_length=150, blank=True, help_text=_("Signs the letters."))
    contact_address = models.EmailField(_("contact address"), blank=True, help_text=_("Public; answers come here."))
    postal_lines = models.JSONField(_("postal address of the coalition"), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        text = self.text
        return text.title if text else self.slug

    @property
    def text(self) -> "CampaignText | None":
        """Its text in the page's language, else in English. Prefetch `texts`."""
        return in_language(self.texts.all())


class CampaignText(models.Model):
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), help_text=_("Two sentences for lists and previews."))
    coalition = models.CharField(_("name of the coalition"), max_length=200, blank=True)
    story = models.TextField(_("story"), help_text=_("Markdown, with footnotes."))

    class Meta:
        verbose_name = _("text in one language")
        verbose_name_plural = _("texts by language")
        constraints = [models.UniqueConstraint(fields=["campaign", "language"], name="campaign_one_text_a_language")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Demand(models.Model):
    """One thing asked of one addressee, on a legal basis."""

    class Status(models.TextChoices):
        UNKNOWN = "unknown", _("no answer known")
        REFUSED = "refused", _("refused")
        PARTLY = "partly", _("partly met")
        MET = "met", _("met")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="demands")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    legal_basis = models.ManyToManyField("campaigns.Instrument", blank=True, verbose_name=_("legal basis"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UNKNOWN)

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "key"], name="demand_key_once")]

    def __str__(self) -> str:
        text = self.text
        return f"{text.addressee}: {text.text}" if text else self.key

    @property
    def text(self) -> "DemandText | None":
        return in_language(self.texts.all())


class DemandText(models.Model):
    demand = models.ForeignKey(Demand, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8)
    addressee = models.CharField(_("addressee"), max_length=200)
    text = models.TextField(_("what is asked"))

    class Meta:
        verbose_name = _("demand in one language")
        verbose_name_plural = _("demand by language")
        constraints = [models.UniqueConstraint(fields=["demand", "language"], name="demand_one_text_a_language")]

    def __str__(self) -> str:
        return self.text[:80]
