"""Offices that letters are for, how they are addressed, and the templates that fit them."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from campaigns.languages import in_language


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    WEB_FORM = "web_form", _("web form")
    POST = "post", _("post")
    FAX = "fax", _("fax")
    HAND = "hand_delivery", _("delivery by hand")
    MEETING = "meeting", _("meeting")


class Format(models.TextChoices):
    """What an office takes."""

    PDF = "pdf", _("PDF")
    DOCX = "docx", _("Word document")
    WEB_FORM = "web_form", _("words typed into a form")
    PAPER = "paper", _("paper")


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def public(self) -> "RecipientQuerySet":
        return self.filter(is_active=True)

    def to_verify(self, today: date) -> "RecipientQuerySet":
        """Offices in use that nobody has verified, or whose next review is due."""
        never = Q(verified_on=None) | Q(review_due_on=None)
        return self.filter(never | Q(review_due_on__lte=today), is_active=True)


class Recipient(models.Model):
    """An office, not a person. Who holds it, and since when, stands in `holders`."""

    class Kind(models.TextChoices):
        HEAD_OF_STATE = "head_of_state", _("head of State")
        FOREIGN_MINISTRY = "foreign_ministry", _("foreign ministry")
        OTHER_MINISTRY = "other_ministry", _("other ministry")
        SPECIAL_ENVOY = "special_envoy", _("special envoy")
        PERMANENT_MISSION = "permanent_mission", _("permanent mission")
        EMBASSY = "embassy", _("embassy")
        PARLIAMENT = "parliament", _("parliament")
        PARLIAMENT_COMMITTEE = "parliament_committee", _("parliamentary committee")
        PETITION_SERVICE = "petition_service", _("petition service")
        UN_PRINCIPAL = "un_principal", _("United Nations principal organ")
        UN_OFFICE = "un_office", _("United Nations office")
        UN_MANDATE = "un_mandate", _("United Nations mandate-holder")
        UN_TREATY_BODY = "un_treaty_body", _("treaty body")
        UN_PROCEDURE = "un_procedure", _("United Nations procedure")
        COURT = "court", _("court")

    class Role(models.TextChoices):
        DUTY_BEARER = "duty_bearer", _("bears the duty")
        INFLUENCER = "influencer", _("has influence")
        TRANSIT_STATE = "transit_state", _("transit State")
        PROTECTION = "protection_mechanism", _("protection mechanism")
        ACCOUNTABILITY = "accountability", _("accountability")

    slug = models.SlugField(_("address of the page"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=250, help_text=_("As it is written in English."))
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    role = models.CharField(_("role"), max_length=24, choices=Role)
    country = CountryField(_("State concerned"), blank=True)
    accredited_to = models.CharField(_("accredited to"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, verbose_name=_("part of"))
    channel = models.CharField(_("preferred channel"), max_length=14, choices=Channel, default=Channel.EMAIL)
    channels = models.JSONField(_("channels, the preferred one first"), default=list, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    postal_lines = models.JSONField(_("postal address, one line each"), default=list, blank=True)
    form_url = models.URLField(_("address of its web form"), max_length=500, blank=True)
    fax_number = models.CharField(_("fax number"), max_length=40, blank=True)
    accepts_formats = models.JSONField(_("formats it takes"), default=list, blank=True)
    languages = models.JSONField(_("languages it reads"), default=list, blank=True)
    is_hostile = models.BooleanField(
        _("hostile"), default=False, help_text=_("Never receives names of supporters, whatever they consented to.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    is_fictional = models.BooleanField(_("fictional, for the demonstration"), default=False)
    verified_on = models.DateField(_("last verified"), null=True, blank=True)
    review_due_on = models.DateField(_("to be verified again on"), null=True, blank=True)
    changed_at = models.DateTimeField(null=True, editable=False)  # what its letters say or where they go
    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def ways(self) -> list[Channel]:
        """Every channel of the office, the preferred one first, then its fall-backs in their order."""
        return list(dict.fromkeys(Channel(way) for way in [self.channel, *self.channels] if way in Channel.values))

    def holder_on(self, day: date) -> Any:
        """The `Holder` whom we know for that day, else None. Prefetch `holders`."""
        known = [row for row in self.holders.all() if row.holds_on(day)]
        return max(known, key=lambda row: (row.since or date.min, row.pk), default=None)

    @property
    def todays_holder(self) -> Any:
        return self.holder_on(timezone.localdate())

    @property
    def other_names(self) -> list[tuple[str, str]]:
        """(language, name) of every name but the one that stands above, the English one first."""
        names = {"en": self.name, **{form.language: form.name for form in self.forms_of_address.all() if form.name}}
        shown, found = self.local_name, dict[str, str]()
        for language, name in names.items():
            if name != shown and name not in found.values():
                found[language] = name
        return list(found.items())

    @property
    def local_name(self) -> str:
        """Its name in the page's language, else the English one. Prefetch `forms_of_address`."""
        row = in_language(self.forms_of_address.all())
        return row.name if row else self.name


class FormOfAddress(models.Model):
    """How one office is named and addressed in one language; without salutation or closing it is not offered."""

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="forms_of_address")
    language = models.CharField(_("language"), max_length=8)
    name = models.CharField(_("name"), max_length=250)
    state_name = models.CharField(
        _("State, as a letter names it"), max_length=120, blank=True, help_text=_("“the Republic of Korea”.")
    )
    envelope = models.CharField(_("envelope line"), max_length=300, blank=True)
    salutation = models.CharField(_("salutation"), max_length=200, blank=True)
    closing = models.CharField(_("closing"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("form of address")
        verbose_name_plural = _("forms of address")
        constraints = [models.UniqueConstraint(fields=["recipient", "language"], name="recipient_one_form_a_language")]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_complete(self) -> bool:
        return bool(self.salutation and self.closing)


class LetterTemplate(models.Model):
    """The words of a letter in one language, for some kinds of office or for one; without either, for all."""

    slug = models.SlugField(max_length=80)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("body"), help_text=_("Markdown with placeholders such as {{ statement.url }}."))
    recipient_kinds = models.JSONField(_("for these kinds of office"), default=list, blank=True)
    recipients = models.ManyToManyField(Recipient, blank=True, verbose_name=_("for these offices only"))

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="template_one_a_language")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.language})"
