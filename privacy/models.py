"""What the bottom room keeps: keys and their marks, throttles, what the clocks did, and who was erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.fields import BytesField


class NetworkKey(models.Model):
    """The random key of one day's network hashes; deleted after 30 days, and the hashes with it mean nothing."""

    day = models.DateField(primary_key=True)
    key = BytesField(max_length=32)

    class Meta:
        verbose_name = "daily network key"

    def __str__(self) -> str:
        return str(self.day)


class ThrottleLog(models.Model):
    """When one key was let through lately; the fall-back of Redis, and all there is without it."""

    bucket = BytesField(max_length=32, primary_key=True)  # hash of scope and key
    hits = BytesField()  # milliseconds, 8 bytes each, oldest first
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.expires_at:%H:%M}"


class KeyMark(models.Model):
    """A key that this database was written with, known by a mark from which nobody can compute it.

    Of the keys of one kind the newest row is the one in use; only fingerprints have one key for ever.
    """

    class Kind(models.TextChoices):
        PII = "pii", "PII_KEYS"
        FINGERPRINT = "fingerprint", "FINGERPRINT_KEY"

    kind = models.CharField(max_length=12, choices=Kind)
    mark = BytesField(max_length=16)  # for PII_KEYS the first four bytes of every value sealed with it
    introduced_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)  # no row was left under it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "mark"], name="key_mark_once")]

    def __str__(self) -> str:
        return f"{self.kind} {bytes(self.mark).hex()}"


class RetentionRun(models.Model):
    """What one retention clock did last."""

    clock = models.CharField(max_length=60, primary_key=True)  # a name registered in privacy.retention
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    done = models.PositiveIntegerField()  # rows in this run
    done_in_all = models.PositiveBigIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True)  # the kind of error, without its words

    def __str__(self) -> str:
        return self.clock


class ErasureRecord(models.Model):
    """Somebody was erased: the fingerprint, keyed once more, so that a restored backup can be erased again."""

    mark = BytesField(max_length=32, db_index=True)
    erased_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("erasure of a person")
        verbose_name_plural = _("erasures of persons")

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class ProviderRule(models.Model):
    """How one provider folds the spellings of a mailbox. A change holds for signatures given from then on."""

    domain = models.CharField(_("domain in the address"), max_length=253, unique=True)
    canonical = models.CharField(
        _("the provider’s main domain"),
        max_length=253,
        help_text=_(
            "Domains with the same main domain lead to the same mailboxes. The domain itself, if there is no other."
        ),
    )
    ignores_dots = models.BooleanField(_("dots before the @ mean nothing"), default=False)
    tag_separator = models.CharField(
        _("sign that begins a tag"),
        max_length=1,
        blank=True,
        help_text=_("What follows it before the @ means nothing. Mostly “+”; empty where the provider knows no tags."),
    )

    class Meta:
        verbose_name = _("rule of a mail provider")
        verbose_name_plural = _("rules of mail providers")
        ordering = ["canonical", "domain"]

    def __str__(self) -> str:
        return self.domain
