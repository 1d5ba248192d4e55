"""Joining, changes that delegates ask for, logos, and what the secretariat may sign by standing authority."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from campaigns.models.evidence import Worded
from campaigns.models.organization import Delegate, Organization
from privacy.fields import BytesField, EncryptedField
from privacy.tokens import new_nonce


class MembershipApplication(models.Model):
    """What an organization wrote to join; staff see it once the address has confirmed it."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("address not confirmed")
        CONFIRMED = "confirmed", _("waiting for a decision")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("not admitted")

    nonce = BytesField(max_length=16, default=new_nonce, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.UNCONFIRMED)
    name = models.CharField(_("name"), max_length=250)
    country = CountryField(_("country"), blank=True)
    type = models.CharField(_("type"), max_length=12, choices=Organization.Type, default=Organization.Type.NGO)
    website = models.URLField(_("website"), blank=True)
    about = models.TextField(_("what it does"), blank=True)
    wants_hidden = models.BooleanField(_("wants to be a hidden member"), default=False)
    contact_name = EncryptedField(_("contact"), max_length=150)
    contact_title = models.CharField(_("title"), max_length=150, blank=True)
    address = EncryptedField(_("e-mail"), max_length=254)
    address_fingerprint = BytesField(max_length=32, editable=False)
    language = models.CharField(_("language of our mails"), max_length=8, default="en")
    organization = models.OneToOneField(
        Organization, models.PROTECT, null=True, related_name="application", verbose_name=_("organization")
    )
    created_at = models.DateTimeField(_("written"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="unconfirmed", organization__isnull=True)
                | (~Q(state="unconfirmed") & Q(confirmed_at__isnull=False, organization__isnull=False)),
                name="application_confirmed_has_an_organization",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DelegateRequest(models.Model):
    """A delegate asks staff to let a colleague in, in place of somebody or beside them."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a decision")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="delegate_requests")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.ForeignKey(Delegate, models.PROTECT, null=True, related_name="+")
    name = EncryptedField(_("name"), max_length=150)
    address = EncryptedField(_("e-mail"), max_length=254)
    address_fingerprint = BytesField(max_length=32, editable=False)
    title = models.CharField(_("title"), max_length=150, blank=True)
    mandate = models.CharField(_("mandate"), max_length=300)
    may_sign = models.BooleanField(_("may sign for the organization"), default=True)
    language = models.CharField(_("language of our mails"), max_length=8, default="en")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("request about delegates")
        verbose_name_plural = _("requests about delegates")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.organization} – {self.get_state_display()}"


class OrganizationLogo(models.Model):
    """A small PNG, written anew from its pixels; shown only while the organization agrees."""

    organization = models.OneToOneField(Organization, models.CASCADE, related_name="logo")
    content = BytesField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    is_shown = models.BooleanField(_("may be shown"), default=False)
    consent = models.CharField(_("who agreed, and when"), max_length=300, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        constraints = [
            models.CheckConstraint(condition=Q(is_shown=False) | ~Q(consent=""), name="logo_shown_by_consent")
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class Topic(Worded):
    """A field of work that a standing authority names, and that a statement is about."""

    words = "name"
    slug = models.SlugField(_("address of the page"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.local


class StandingAuthorityQuerySet(models.QuerySet["StandingAuthority"]):
    def active(self, on: date) -> "StandingAuthorityQuerySet":
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
            revoked_at__isnull=True,
            organization__state=Organization.State.VERIFIED,
        )


class StandingAuthority(models.Model):
    """An organization lets the secretariat sign texts on named topics for it; the final copy always goes to it."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="standing_authorities", verbose_name=_("organization")
    )
    topics = models.ManyToManyField(Topic, related_name="+", verbose_name=_("topics"))
    mandate = models.CharField(
        _("mandate"), max_length=300, help_text=_("Who decided this, and when: “Board decision of 3 May 2026”.")
    )
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(_("given"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    objects = StandingAuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing authority")
        verbose_name_plural = _("standing authorities")
        ordering = ["-granted_at"]

    def __str__(self) -> str:
        return f"{self.organization}: {self.mandate}"

    def is_active(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.valid_until is None or self.valid_until >= now.date())
