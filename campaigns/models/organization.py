"""Organizations and the people who may bind them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def public(self) -> "OrganizationQuerySet":
        """Those whose name anybody may read: a hidden member's never."""
        return self.filter(state__in=[Organization.State.KNOWN, Organization.State.VERIFIED], is_hidden=False)

    def members(self) -> "OrganizationQuerySet":
        return self.filter(state=Organization.State.VERIFIED)


class Organization(models.Model):
    """A body that may put its name to a text. One that is only known has signed elsewhere and is no member."""

    class State(models.TextChoices):
        KNOWN = "known", _("known, not a member")
        APPLIED = "applied", _("applied")
        VERIFIED = "verified", _("verified member")
        SUSPENDED = "suspended", _("suspended")
        LEFT = "left", _("left")
        REFUSED = "refused", _("not admitted")

    class Type(models.TextChoices):
        NGO = "ngo", _("non-governmental organization")
        COALITION = "coalition", _("coalition")
        MEDIA = "media", _("media")
        RESEARCH = "research", _("research institute")
        LAWYERS = "lawyers", _("lawyers' association")
        WOMEN = "women", _("women's organization")
        YOUTH = "youth", _("youth organization")
        FAITH = "faith", _("faith-based organization")

    class Ecosoc(models.TextChoices):
        GENERAL = "general", _("general consultative status")
        SPECIAL = "special", _("special consultative status")
        ROSTER = "roster", _("on the roster")
        NONE_FOUND = "none_found", _("none found")
        UNKNOWN = "unknown", _("not known")

    slug = models.SlugField(_("address of the page"), unique=True)
    name = models.CharField(_("name"), max_length=250, help_text=_("As it is written in English."))
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    country = CountryField(_("country"), blank=True)
    type = models.CharField(_("type"), max_length=12, choices=Type, default=Type.NGO)
    website = models.URLField(_("website"), blank=True)
    ecosoc_status = models.CharField(_("ECOSOC status"), max_length=12, choices=Ecosoc, default=Ecosoc.UNKNOWN)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.APPLIED)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("parent federation")
    )
    is_hidden = models.BooleanField(
        _("hidden member"),
        default=False,
        help_text=_("Its name appears nowhere in public, and it signs confidentially: counted, not named."),
    )
    is_fictional = models.BooleanField(_("fictional, for the demonstration"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        return self.state in {self.State.KNOWN, self.State.VERIFIED} and not self.is_hidden

    @property
    def local_name(self) -> str:
        """Its name in the page's language, else the English one. Prefetch `names`."""
        return self.name_in(get_language() or "en")

    def name_in(self, language: str) -> str:
        """Its name of today in `language`, else the English one. Prefetch `names`."""
        return dict(self.names_on(timezone.localdate())).get(language, self.name)

    def names_on(self, day: date) -> list[tuple[str, str]]:
        """(language, name) as they were on that day, English first. Prefetch `names`."""
        names = {"en": self.name} | {row.language: row.name for row in self.names.all() if row.is_valid(day)}
        return list(names.items())


class OrganizationName(models.Model):
    """The organization's own name in one language, now or in an earlier period.

    The English name of today stands on the organization itself.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="names")
    language = models.CharField(_("language"), max_length=8)
    name = models.CharField(_("name"), max_length=250)
    about = models.TextField(_("about"), blank=True)
    valid_from = models.DateField(_("used from"), null=True, blank=True)
    valid_until = models.DateField(_("used until"), null=True, blank=True, help_text=_("Empty: it is used today."))

    class Meta:
        verbose_name = _("name in one language")
        verbose_name_plural = _("names by language")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "language"],
                condition=models.Q(valid_until__isnull=True),
                name="organization_one_name_a_language",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="organization_name_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_valid(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class DelegateQuerySet(models.QuerySet["Delegate"]):
    def active(self, on: date) -> "DelegateQuerySet":
        return self.filter(
            models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=on),
            user__is_active=True,
            organization__state=Organization.State.VERIFIED,
        )


class Delegate(models.Model):
    """A user who acts for an organization; `may_sign` binds it, otherwise the person may only read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations", verbose_name=_("user")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="delegates", verbose_name=_("organization")
    )
    may_sign = models.BooleanField(_("may sign for the organization"), default=True)
    title = models.CharField(_("title"), max_length=150, blank=True, help_text=_("Executive Director, for example."))
    mandate = models.CharField(
        _("mandate"),
        max_length=300,
        help_text=_("Who authorized this person, and when: “Board decision of 3 May 2026”."),
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    invited_at = models.DateTimeField(_("invited"), null=True, editable=False)
    vouched_at = models.DateTimeField(_("confirmed by a second person"), null=True, blank=True, editable=False)
    objects = DelegateQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        permissions = [("invite_delegate", "Can invite delegates")]
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="delegate_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.organization})"

    def is_valid(self, on: date) -> bool:
        return (
            (self.valid_until is None or self.valid_until >= on)
            and self.user.is_active
            and self.organization.state == Organization.State.VERIFIED
        )
