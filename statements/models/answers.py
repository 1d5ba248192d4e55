"""What stands between an invitation and its answer, and people who sign for themselves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import BytesField, EncryptedField
from privacy.tokens import new_nonce
from statements.models.cosignature import Invitation
from statements.models.statement import Statement, Version


class Question(models.Model):
    """What an organization asks before it answers; the drafter's reply stands on its page of the text."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    text = EncryptedField(_("question"), max_length=2000)
    answer = EncryptedField(_("answer"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["asked_at"]
        permissions = [("answer_question", "Can answer questions of organizations")]

    def __str__(self) -> str:
        return f"{self.invitation}"


class Reminder(models.Model):
    """That an organization was reminded of one version once, at one of the moments before the deadline."""

    class Moment(models.TextChoices):
        WEEK = "week", _("seven days before")
        TWO_DAYS = "two_days", _("two days before")
        LAST_DAY = "last_day", _("on the last day")

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="reminders")
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    moment = models.CharField(_("when"), max_length=10, choices=Moment)
    sent_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["invitation", "version", "moment"], name="reminder_once_a_moment")
        ]

    def __str__(self) -> str:
        return f"{self.invitation}: {self.get_moment_display()}"


class PersonalSignatureQuerySet(models.QuerySet["PersonalSignature"]):
    def counted(self) -> "PersonalSignatureQuerySet":
        return self.filter(state=PersonalSignature.State.SIGNED)

    def shown(self) -> "PersonalSignatureQuerySet":
        """Those whose names others may see: none where the names of the statement are hidden."""
        return self.counted().filter(statement__names_hidden=False)


class PersonalSignature(models.Model):
    """A person who signs for themselves; the affiliation only says who they are, and binds nobody."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        SIGNED = "signed", _("signed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="personal_signatures", verbose_name=_("statement")
    )
    nonce = BytesField(max_length=16, default=new_nonce, editable=False)
    address = EncryptedField(_("e-mail"), max_length=254)
    address_fingerprint = BytesField(max_length=32, editable=False)
    language = models.CharField(_("language of our mails"), max_length=8, default="en")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.INVITED)
    name = EncryptedField(_("name"), max_length=150)
    affiliation = EncryptedField(_("affiliation, for identification only"), max_length=200, blank=True)
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+", verbose_name=_("version"))
    digest = models.CharField(_("digest"), max_length=64, blank=True)  # of the version, as the person saw it
    language_read = models.CharField(_("language read"), max_length=8, blank=True)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("signed"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    is_late = models.BooleanField(_("late"), default=False)
    objects = PersonalSignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature in a personal capacity")
        verbose_name_plural = _("signatures in a personal capacity")
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "address_fingerprint"], name="personal_signature_once"),
            models.CheckConstraint(
                condition=~Q(state="signed") | (Q(signed_at__isnull=False, version__isnull=False) & ~Q(digest="")),
                name="personal_signature_is_to_exact_words",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
