"""Who was asked, and who signed which exact words."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organization, Source, StandingAuthority
from privacy.fields import EncryptedField
from statements.models.statement import Statement, Version
from statements.models.version_change import VersionChange


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, now: datetime) -> "InvitationQuerySet":
        """Those that may still be answered, as Invitation.waits() says of one."""
        in_time = Q(statement__deadline__isnull=True) | Q(statement__deadline__gt=now)
        late = Q(statement__late_until__gt=now, statement__state__in=Statement.LATE_STATES)
        return self.filter(
            (in_time & Q(statement__state=Statement.State.OPEN)) | late, state__in=Invitation.OPEN_STATES
        )

    def silent(self, now: datetime) -> "InvitationQuerySet":
        """Those that have not answered, asked for time or put a question, while the deadline lies ahead."""
        silent = (Invitation.State.INVITED, Invitation.State.OPENED, Invitation.State.AGAIN)
        enough = Q(needs_until__isnull=True) | Q(needs_until__lt=timezone.localdate(now))
        return self.filter(enough, state__in=silent, statement__state=Statement.State.OPEN, statement__deadline__gt=now)


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
        AGAIN = "again", _("asked again")  # the text changed in substance after it had signed

    OPEN_STATES = (State.INVITED, State.OPENED, State.QUESTION, State.AGAIN)  # no answer yet

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="invitations", verbose_name=_("statement"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="invitations", verbose_name=_("organization")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.INVITED)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reason = EncryptedField(_("reason given"), max_length=500, null=True, blank=True)
    needs_until = models.DateField(_("needs until"), null=True, blank=True)
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
        """Neither withdrawn nor asked again: at most one an organization and statement."""
        return self.filter(withdrawn_at__isnull=True, superseded_at__isnull=True)

    def counted(self) -> "CoSignatureQuerySet":
        """Standing, and confirmed by a second person where that was needed."""
        return self.standing().filter(confirmed_at__isnull=False)

    def named(self) -> "CoSignatureQuerySet":
        """Those given without asking for confidence. Whether names are shown at all, see shown()."""
        return self.counted().filter(is_confidential=False, organization__is_hidden=False)

    def shown(self) -> "CoSignatureQuerySet":
        """Those whose names others may see: none where the names of the statement are hidden."""
        return self.named().filter(statement__names_hidden=False)

    def on(self, version: Version) -> "CoSignatureQuerySet":
        """Those that stand under this version: they signed it, or one from which only editing leads to it."""
        if not version.digest:
            return self.none()
        edited = VersionChange.objects.filter(version=version).values("signed_from")[:1]
        return self.counted().filter(
            statement=version.statement_id,
            version__number__lte=version.number,
            version__number__gte=Coalesce(Subquery(edited), Value(version.number)),
        )

    def withdrawn_in_public(self) -> "CoSignatureQuerySet":
        """Those withdrawn after their statement was published: they stay on its page, dated."""
        return self.filter(
            withdrawn_at__gte=F("statement__published_at"),
            confirmed_at__isnull=False,
            superseded_at__isnull=True,
            is_confidential=False,
            organization__is_hidden=False,
            statement__names_hidden=False,
        )

    def in_block(self, version: Version) -> "CoSignatureQuerySet":
        """All that a signature block is made of: those on() the version, and those withdrawn_in_public()."""
        rows = CoSignature.objects.filter(statement=version.statement_id)
        shown = Q(pk__in=rows.on(version).values("pk")) | Q(pk__in=rows.withdrawn_in_public().values("pk"))
        return self.filter(shown, statement=version.statement_id)


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
    is_late = models.BooleanField(_("late"), default=False)
    is_confidential = models.BooleanField(_("confidential: counted, not named"), default=False)
    confirmed_at = models.DateTimeField(_("confirmed by a second person"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    by_authority = models.ForeignKey(
        StandingAuthority, models.PROTECT, null=True, blank=True, verbose_name=_("by standing authority")
    )
    final_copy_at = models.DateTimeField(null=True, editable=False)  # when the published text went to the organization
    superseded_at = models.DateTimeField(_("asked again"), null=True, blank=True)  # the text changed in substance
    position = models.PositiveSmallIntegerField(_("position"), null=True, blank=True)  # in the order by hand
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    recipients_told_at = models.DateTimeField(_("recipients told of the withdrawal"), null=True, blank=True)
    objects = CoSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-signature")
        verbose_name_plural = _("co-signatures")
        ordering = ["-is_lead", "organization__name"]
        permissions = [
            ("confirm_cosignature", "Can confirm what a first-time delegate signed"),
            ("withdraw_cosignature", "Can withdraw a co-signature that an organization took back in writing"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "organization"],
                condition=Q(withdrawn_at__isnull=True, superseded_at__isnull=True),
                name="cosignature_one_stands",
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="cosignature_is_to_exact_words"),
        ]

    def __str__(self) -> str:
        return self.name_in("en")

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None and self.superseded_at is None

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
