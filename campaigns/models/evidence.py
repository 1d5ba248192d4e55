"""What is known, and who says so. A figure is never shown without its origin."""

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from campaigns.models.campaign import Campaign


class Source(models.Model):
    """A publication that a statement of fact rests on."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=400)
    publisher = models.CharField(_("publisher"), max_length=250, blank=True)
    published = models.CharField(_("date"), max_length=60, blank=True, help_text=_("A day, a month or a year."))
    url = models.URLField(_("link"), max_length=600, blank=True)
    is_public = models.BooleanField(_("may be printed as a source"), default=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher", "published"]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.publisher, self.title, self.published) if part)


class Worded(models.Model):
    """Its main words (the field `words` names) stand in English; other languages stand beside them.

    Words of a further field stand under "field:language", "origin:ko" for example.
    """

    words = ""
    translations = models.JSONField(
        _("in other languages"), default=dict, blank=True, help_text=_("By language code, for example {“ko”: “…”}.")
    )

    class Meta:
        abstract = True

    @property
    def local(self) -> str:
        """The main words in the page's language, else in English."""
        return self.translations.get(get_language()) or getattr(self, self.words)

    def local_words(self, field: str) -> str:
        """The words of another field in the page's language, else in English."""
        return self.translations.get(f"{field}:{get_language()}") or getattr(self, field)


class Instrument(Worded):
    """A treaty or other norm, and which of the States concerned it binds."""

    words = "name"
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=250)
    short_name = models.CharField(_("short name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=12)
    adopted_on = models.DateField(_("adopted"), null=True, blank=True)
    parties = models.JSONField(_("position of each State"), default=dict)  # {"CN": {"status", "date", "note"}}
    articles = models.JSONField(_("articles on non-refoulement"), default=list)
    sources = models.ManyToManyField(Source, blank=True, verbose_name=_("sources"))

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ["adopted_on"]

    def __str__(self) -> str:
        return self.short_name or self.name


class Incident(Worded):
    """A reported return, or an estimate; kinds are never added together."""

    words = "title"

    class Kind(models.TextChoices):
        REPATRIATION = "repatriation", _("reported return")
        CUSTODY = "custody_estimate", _("estimate of people in custody")
        POPULATION = "population_estimate", _("estimate of people living in hiding")
        CUMULATIVE = "cumulative_estimate", _("estimate over several years")

    class Precision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        RANGE = "range", _("period")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="incidents")
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    precision = models.CharField(_("precision of the date"), max_length=6, choices=Precision)
    is_core = models.BooleanField(_("central to the campaign"), default=False)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["starts_on"]

    def __str__(self) -> str:
        return self.local

    @property
    def when(self) -> str:
        """Its date as exactly as it is known: a day, a month, or a span."""
        if self.precision == self.Precision.MONTH:
            return date_format(self.starts_on, "YEAR_MONTH_FORMAT")
        if self.precision == self.Precision.RANGE and self.ends_on and self.ends_on != self.starts_on:
            return f"{date_format(self.starts_on, 'DATE_FORMAT')} – {date_format(self.ends_on, 'DATE_FORMAT')}"
        return date_format(self.starts_on, "DATE_FORMAT")


class Place(Worded):
    """A town or public crossing named in connection with an incident; nothing nearer than a town."""

    words = "name"
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="places")
    name = models.CharField(_("name"), max_length=120)
    country = CountryField(_("country"))
    latitude = models.FloatField(_("latitude, WGS 84"))
    longitude = models.FloatField(_("longitude, WGS 84"))
    facing = models.CharField(_("facing"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")

    def __str__(self) -> str:
        return self.local


class Figure(Worded):
    """One number as one origin reported it. Without an upper or lower bound it has none: nothing is filled in."""

    words = "paraphrase"
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="figures")
    minimum = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    maximum = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    qualifier = models.CharField(_("qualifier"), max_length=60, blank=True)  # "about", "more than"
    origin = models.CharField(_("who says so"), max_length=250)
    paraphrase = models.TextField(_("in our words"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="figures")

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.local_origin}: {self.local}"

    @property
    def local_origin(self) -> str:
        """Who says so, in the page's language."""
        return self.local_words("origin")


class Position(Worded):
    """What a government or body says about an incident; it stands beside the figures."""

    words = "text"
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="positions")
    actor = models.CharField(_("who"), max_length=200)
    dated = models.CharField(_("when"), max_length=60, blank=True)
    text = models.TextField(_("what it says"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("official position")
        verbose_name_plural = _("official positions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.local_actor}: {self.local}"

    @property
    def local_actor(self) -> str:
        return self.local_words("actor")
