"""An e-mail is a row before it is a message."""

from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.fields import EncryptedJSONField

LATE_AFTER = timedelta(minutes=5)


def new_message_id() -> str:
    """A Message-ID under our own domain, fixed when the row is written so that a repeat is recognisable."""
    return make_msgid(domain=settings.MAIL_DOMAIN)


class EmailQuerySet(models.QuerySet["Email"]):
    def due(self, now: datetime) -> "EmailQuerySet":
        return self.filter(state=Email.State.QUEUED, due_at__lte=now)

    def late(self, now: datetime) -> "EmailQuerySet":
        """Those that wait longer than anybody should: no worker is running, or the switch is off."""
        return self.due(now - LATE_AFTER)

    def about(self, subject: str) -> "EmailQuerySet":
        return self.filter(about=subject)


class Email(models.Model):
    """One message to one address; what it says is sealed, what became of it is not."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("sending")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain: it may have arrived")
        CANCELLED = "cancelled", _("stopped before sending")
        WITHHELD = "withheld", _("not sent: this address had enough mail")

    kind = models.CharField(_("kind"), max_length=40)  # a name registered in outbox.kinds
    key = models.CharField(max_length=120, unique=True)  # the same cause cannot queue a second message
    about = models.CharField(max_length=60, blank=True)  # "petition:12"
    to_fingerprint = models.BinaryField(max_length=32)  # of the canonical address
    unasked = models.BooleanField(default=False)  # nobody has proved yet that the address wants it
    payload: Any = EncryptedJSONField(null=True)  # {"to", "subject", "text", "html", "headers"}; null: forgotten
    message_id = models.CharField(max_length=120, default=new_message_id)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    worker_deaths = models.PositiveSmallIntegerField(default=0)  # processes that ended while they had it, before DATA
    claimed_by = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    data_begun_at = models.DateTimeField(null=True, blank=True)  # written before the server may hold the message
    stop_requested = models.BooleanField(default=False)  # staff stopped it in mid-message: it is not queued again
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    server_reply = models.CharField(_("answer of the mail server"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("written"))
    objects = EmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="email_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="email_leased"),
            models.Index(
                fields=["to_fingerprint"], condition=Q(unasked=True) & ~Q(state="withheld"), name="email_unasked"
            ),
            models.Index(fields=["claimed_by"], condition=Q(claimed_by__isnull=False), name="email_claimed"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="email_sent_has_a_date")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def to(self) -> str:
        return self.payload["to"] if self.payload else ""

    @property
    def subject(self) -> str:
        return self.payload["subject"] if self.payload else ""


class Refusal(models.Model):
    """An address to which nothing unasked is written about one thing any more; its owner said so."""

    to_fingerprint = models.BinaryField(max_length=32)  # of the canonical address
    about = models.CharField(max_length=60)  # "petition:12", as mails name it
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("refusal of unasked mail")
        verbose_name_plural = _("refusals of unasked mail")
        constraints = [models.UniqueConstraint(fields=["to_fingerprint", "about"], name="refusal_once")]

    def __str__(self) -> str:
        return f"refusal about {self.about}"


class DomainCheck(models.Model):
    """What the DNS said about a domain of ours when it was last asked."""

    class State(models.TextChoices):
        OK = "ok", _("good")
        WARNING = "warning", _("weak")
        ERROR = "error", _("wrong")
        UNKNOWN = "unknown", _("not known")

    domain = models.CharField(_("domain"), max_length=253, unique=True)
    state = models.CharField(_("state"), max_length=8, choices=State)
    findings = models.JSONField(default=list)  # [{"about", "level", "code", "details"}]; words: outbox.domain_check
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")

    def __str__(self) -> str:
        return self.domain
