"""What a letter that people carry leaves behind: ways that failed, and proofs of the one that did not."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from letters.models.letter import Letter
from letters.models.recipient import Channel
from privacy.fields import EncryptedBytesField


class FailedWay(models.Model):
    """A channel by which a letter did not reach the office, and how staff know."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="failed_ways")
    channel = models.CharField(_("channel"), max_length=14, choices=Channel)
    what_happened = models.CharField(_("what happened"), max_length=500)
    evidence = models.CharField(max_length=500, blank=True)  # of a delivery that came back
    done_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("way that failed")
        verbose_name_plural = _("ways that failed")
        ordering = ["noted_at", "pk"]

    def __str__(self) -> str:
        return self.get_channel_display()


class Proof(models.Model):
    """A file that shows a delivery: a receipt, a photograph, a transmission report. Sealed; read by staff only."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="proofs")
    content_type = models.CharField(max_length=40)  # application/pdf, image/jpeg, image/png
    content = EncryptedBytesField()
    size = models.PositiveIntegerField()  # bytes, as it is handed out
    digest = models.CharField(max_length=64)  # SHA-256 of the same
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("proof of delivery")
        verbose_name_plural = _("proofs of delivery")
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["letter", "digest"], name="proof_once_a_letter")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def file_name(self) -> str:
        """Ours, not the one it came with, which may name somebody."""
        kind = {"application/pdf": "pdf", "image/png": "png"}.get(self.content_type, "jpg")
        return f"proof-{self.pk}.{kind}"
