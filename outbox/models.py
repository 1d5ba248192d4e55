"""An e-mail is a row before it is a message."""

from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outbox.exceptions import AddressSuppressed
from privacy.fields import BytesField, EncryptedJSONField

LATE_AFTER = timedelta(minutes=5)


def new_message_id() -> str:
    """A Message-ID under our own domain, fixed when the row is written so that a repeat is recognisable."""
    return make_msgid(domain=settings.MAIL_DOMAIN)


def is_late(now: datetime) -> Q:
    """What EmailQuerySet.late() holds, as a condition."""
    queued = Q(state=Email.State.QUEUED, due_at__lte=now - LATE_AFTER)
    held = Q(state=Email.State.SENDING, lease_until__lte=now - max(LATE_AFTER - settings.MAIL_LEASE, timedelta(0)))
    return queued | held


class EmailQuerySet(models.QuerySet["Email"]):
    def due(self, now: datetime) -> "EmailQuerySet":
        return self.filter(state=Email.State.QUEUED, due_at__lte=now)

    def late(self, now: datetime) -> "EmailQuerySet":
        """Those that wait longer than anybody should, or that a dead worker holds and nobody settles.

        No worker or no beat is running, the mail server is down, or the switch is off.
        """
        return self.filter(is_late(now))

    def dead(self, *, but: str = "") -> "EmailQuerySet":
        """Those that failed and that somebody must look at, those of kind `but` aside."""
        return self.filter(state=Email.State.FAILED).exclude(kind=but).exclude(server_reply=AddressSuppressed.sentence)

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
    to_fingerprint = BytesField(max_length=32)  # of the canonical address
    domain_key = BytesField(max_length=8, default=b"")  # outbox.pacing.domain_key(); empty in old rows
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
    server = models.CharField(_("mail server"), max_length=200, blank=True)  # "mail.example:587", of the last attempt
    server_reply = models.CharField(_("answer of the mail server"), max_length=500, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)  # as the provider reported later
    bounced_at = models.DateTimeField(_("bounced"), null=True, blank=True)
    complained_at = models.DateTimeField(_("complained"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"))
    objects = EmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        permissions = [("retry_email", "Can try a failed e-mail again")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="email_due"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="email_leased"),
            models.Index(
                fields=["to_fingerprint"], condition=Q(unasked=True) & ~Q(state="withheld"), name="email_unasked"
            ),
            models.Index(
                fields=["message_id"], condition=Q(state__in=["sent", "uncertain"]), name="email_left_message"
            ),  # for what is reported later; the signing of petitions writes queued rows only
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

    to_fingerprint = BytesField(max_length=32)  # of the canonical address
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


class Suppression(models.Model):
    """An address that gets no mail any more, known by its keyed fingerprint alone."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("mail to it came back")
        REFUSED = "refused", _("the mail server knows no such mailbox")
        COMPLAINED = "complained", _("marked as spam by whoever received it")
        STAFF = "staff", _("asked of staff")

    fingerprint = BytesField(max_length=32)  # as Email.to_fingerprint
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    answer = models.CharField(_("what came back"), max_length=500, blank=True)  # without addresses
    is_office = models.BooleanField(_("an office"), default=False)  # a letter to it found it dead: staff have a task
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")
    since = models.DateTimeField(_("since"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)  # staff did what there was to do
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        permissions = [("lift_suppression", "Can let mail go to a suppressed address again")]
        constraints = [
            models.UniqueConstraint(fields=["fingerprint"], condition=Q(lifted_at=None), name="suppression_once")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def state(self) -> str:
        if self.lifted_at:
            return "lifted"
        return "task" if self.is_office and not self.seen_at else "on"


class Pace(models.Model):
    """How fast mail goes to one domain: what staff allow, and what a host that answers slowly gets."""

    domain = models.CharField(_("domain"), max_length=253, blank=True)  # empty: found to be slow, known by its key
    domain_key = BytesField(max_length=8, unique=True, editable=False)
    per_minute = models.PositiveIntegerField(
        _("messages a minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60_000)],
        help_text=_("At most so many leave for addresses of this domain; empty: no limit."),
    )
    next_at = models.DateTimeField(null=True, blank=True, editable=False)  # nothing leaves for it before
    slow_until = models.DateTimeField(
        null=True, blank=True, editable=False
    )  # until then next_at yields to idle workers

    class Meta:
        verbose_name = _("pace of sending")
        verbose_name_plural = _("paces of sending")

    def __str__(self) -> str:
        return self.domain or "–"


class MailEvent(models.Model):
    """What a mail provider reported about a message, once however often it says so."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("delivered")
        BOUNCED = "bounced", _("came back for good")
        DEFERRED = "deferred", _("not taken yet")
        COMPLAINED = "complained", _("marked as spam")

    digest = BytesField(max_length=32, unique=True)
    provider = models.CharField(max_length=20)
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, related_name="events")
    answer = models.CharField(max_length=500, blank=True)  # without addresses
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("report of a mail provider")
        verbose_name_plural = _("reports of mail providers")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class WebhookCount(models.Model):
    """How many calls of a provider's address were refused, and how many reports came again, on one day."""

    provider = models.CharField(max_length=20)
    day = models.DateField()  # UTC
    refused = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="webhook_count_once_a_day")]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"
