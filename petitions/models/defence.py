"""What protects the count: lists and limits that staff edit, batches that strike out, reports of visitors."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition
from privacy.fields import BytesField, EncryptedField


class ListEntry(models.Model):
    """One line of the allow and block lists; of an address or network only the keyed hash is kept."""

    class Verdict(models.TextChoices):
        ALLOW = "allow", _("let through without limits")
        HOLD = "hold", _("hold silently for a look")
        BLOCK = "block", _("take nothing")

    class Subject(models.TextChoices):
        ADDRESS = "address", _("one e-mail address")
        DOMAIN = "domain", _("everything under a mail domain")
        NETWORK = "network", _("a network, for as long as its daily key lives")

    verdict = models.CharField(_("what happens"), max_length=5, choices=Verdict)
    subject = models.CharField(_("to whom"), max_length=7, choices=Subject)
    domain = models.CharField(_("domain"), max_length=253, blank=True)
    hash = BytesField(max_length=32, default=bytes)  # fingerprint of the address, or hash of the network
    petition = models.ForeignKey(
        Petition, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for this petition")
    )
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    at = models.DateTimeField(_("entered"), editable=False)
    # Of a line that a limit wrote: what came from here on is held as well, once it has been looked through.
    since = models.DateTimeField(null=True, editable=False)
    swept_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("line of the lists")
        verbose_name_plural = _("allow and block lists")
        indexes = [models.Index(fields=["subject", "domain"]), models.Index(fields=["hash"])]
        constraints = [
            models.CheckConstraint(
                condition=(models.Q(subject="domain") & ~models.Q(domain=""))
                | (~models.Q(subject="domain") & models.Q(domain="")),
                name="list_entry_names_its_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.domain or self.get_subject_display()}"

    def is_in_force(self, now: datetime) -> bool:
        return self.until is None or now < self.until


class LimitRule(models.Model):
    """How many signatures may come from one source in one span of time, and what happens above that."""

    class Scope(models.TextChoices):
        NETWORK = "network", _("one network address")
        WIDE = "wide", _("a neighborhood of networks (/24, /48)")
        DOMAIN = "domain", _("one mail domain")
        PETITION = "petition", _("one petition")

    class Action(models.TextChoices):
        REFUSE = "refuse", _("ask to try again later")
        HOLD = "hold", _("hold silently for a look")
        CHALLENGE = "challenge", _("ask for proof of work")

    scope = models.CharField(_("counted by"), max_length=8, choices=Scope)
    limit = models.PositiveIntegerField(_("signatures"))
    seconds = models.PositiveIntegerField(_("in seconds"))
    action = models.CharField(_("above that"), max_length=9, choices=Action)
    petition = models.ForeignKey(
        Petition, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only for this petition")
    )
    is_on = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("limit")
        verbose_name_plural = _("limits")
        constraints = [models.CheckConstraint(condition=models.Q(limit__gt=0, seconds__gt=0), name="limit_is_positive")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.limit} / {self.seconds} s"


class InvalidationBatch(models.Model):
    """Signatures struck out together by a condition, and how to bring them back."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("looked at, nothing done")
        RUNNING = "running", _("striking out")
        CANCELLED = "cancelled", _("stopped in the middle")
        DONE = "done", _("struck out")
        UNDOING = "undoing", _("bringing back")
        UNDONE = "undone", _("brought back")

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="+", verbose_name=_("petition"))
    condition = models.JSONField(_("condition"), default=dict)  # {"network": hex, "domain": …, "from": …, "until": …}
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PREVIEW, editable=False)
    matched = models.PositiveIntegerField(_("matched in the preview"), default=0, editable=False)
    up_to = models.BigIntegerField(default=0, editable=False)  # the newest signature of the preview
    struck = models.PositiveIntegerField(_("struck out"), default=0, editable=False)
    cursor = models.BigIntegerField(default=0, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(_("begun"), editable=False)

    class Meta:
        verbose_name = _("batch of invalid signatures")
        verbose_name_plural = _("batches of invalid signatures")
        permissions = [("run_invalidationbatch", "Can strike out signatures by condition and bring them back")]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class Report(models.Model):
    """What a visitor wants staff to look at."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ACTED = "acted", _("something was done")
        KEPT = "kept", _("nothing to do")

    class About(models.TextChoices):
        FALSE_NAME = "false_name", _("A name that is not the signer’s to use")
        DANGER = "danger", _("Something here puts a person at risk")
        HATRED = "hatred", _("Hatred or a threat")
        OTHER = "other", _("Something else")

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="reports", verbose_name=_("petition"))
    about = models.CharField(_("what it is about"), max_length=10, choices=About)
    text = EncryptedField(_("in the visitor’s words"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    at = models.DateTimeField(_("reported"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["at"]

    def __str__(self) -> str:
        return f"№ {self.pk}"
