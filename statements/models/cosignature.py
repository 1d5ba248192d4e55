"""Who was asked, and who signed which exact words."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organization, Source
from privacy.fields import EncryptedField
from statements.models.statement import Statement, Version


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, now: datetime) -> "InvitationQuerySet":
        """Those that may still be answered, as Invitation.waits() says of one."""
        in_time = Q(statement__deadline__isnull=True) | Q(statement__deadline__gt=now)
        return self.filter(in_time, state__in=Invitation.OPEN_STATES, statement__state=Statement.State.OPEN)


class Invitation(models.Model):
    """The ledger line of one organization for one statement."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        OPENED = "opened", _("opened")
        QUESTION = "question", _("has a question")
        SIGNED = "signed", _("signed")
        DECLINED = "declined", _("declined")
        UNABLE = "unable", _("cannot by the deadline")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN_STATES = (State.INVITED, State.OPENED, State.QUESTION)  # no answer yet

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="invitations", verbose_name=_("statement"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="invitations", verbose_name=_("organization")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.INVITED)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["organization__name"]
        constraints = [models.UniqueConstraint(fields=["statement", "organization"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.organization} – {self.get_state_display()}"

    def waits(self, now: datetime) -> bool:
        """Whether the organization may still answer."""
        return self.state in self.OPEN_STATES and self.statement.accepts_cosignatures(now)


class CoSignatureQuerySet(models.QuerySet["CoSignature"]):
    def standing(self) -> "CoSignatureQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def shown(self) -> "CoSignatureQuerySet":
        """Those whose names others may see: none where the names of the statement are hidden."""
        return self.standing().filter(statement__names_hidden=False)

    def on(self, version: Version) -> "CoSignatureQuerySet":
        """Those that stand under exactly this version."""
        return self.standing().filter(digest=version.digest)


class CoSignature(models.Model):
    """An organization's consent to one exact version: its name as signed, the person, the authority, the time."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="cosignatures", verbose_name=_("statement"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="cosignatures", verbose_name=_("version"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="cosignatures", verbose_name=_("organization")
    )
    digest = models.CharField(_("digest"), max_length=64)  # of the version, as the signer saw it
    language_read = models.CharField(_("language read"), max_length=8)
    names_as_signed = models.JSONField(_("name as signed"))  # by language, frozen
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signer_name = EncryptedField(_("name of the signer"), max_length=150)
    signer_title = models.CharField(_("title of the signer"), max_length=150)
    authority = models.CharField(_("authority"), max_length=300)
    signed_at = models.DateTimeField(_("signed"))
    is_lead = models.BooleanField(_("lead organization"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), null=True, blank=True)  # in the order by hand
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    objects = CoSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        ordering = ["-is_lead", "organization__name"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "organization"], name="cosignature_once"),
            models.CheckConstraint(condition=~Q(digest=""), name="cosignature_is_to_exact_words"),
        ]

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, language: str) -> str:
        """The name as signed in `language`, else in English."""
        return self.names_as_signed.get(language) or self.names_as_signed["en"]


class ReportedSignatoryQuerySet(models.QuerySet["ReportedSignatory"]):
    def shown(self) -> "ReportedSignatoryQuerySet":
        """Those whose names others may see: none where the names of the statement are hidden."""
        return self.filter(statement__names_hidden=False)


class ReportedSignatory(models.Model):
    """An organization named under a statement that was published elsewhere; a report, not a co-signature given here."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="reported_signatories")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="reported_signatures")
    name_as_signed = models.CharField(_("name as signed"), max_length=250)
    position = models.PositiveSmallIntegerField(_("position"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    objects = ReportedSignatoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported signatory")
        verbose_name_plural = _("reported signatories")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["statement", "organization"], name="reported_signatory_once")]

    def __str__(self) -> str:
        return self.name_as_signed
