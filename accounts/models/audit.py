"""What was done, line by line."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class AuditEntry(models.Model):
    """One line of what staff and delegates did: who, what, to which row, when and why. Ids only."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    act = models.CharField(_("act"), max_length=60)  # "statements.publish_statement"
    object_type = models.CharField(max_length=60)  # "statements.statement"
    object_id = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    details = models.JSONField(default=dict, blank=True)  # ids, digests and states; never personal data

    class Meta:
        verbose_name = _("audit line")
        verbose_name_plural = _("audit lines")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type} {self.object_id}"
