"""What was done, line by line, and the chain that seals the lines. Nothing here is ever changed or deleted."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.exceptions import AuditIsFixed
from accounts.models.user import User
from privacy.fields import BytesField


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Reads and adds. The database refuses the rest as well, by triggers (accounts.audit.triggers)."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AuditIsFixed

    def delete(self) -> NoReturn:
        raise AuditIsFixed

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        raise AuditIsFixed


class AppendOnly(models.Model):
    """A row that is written once. Changing or deleting it raises AuditIsFixed."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AuditIsFixed
        super().save(**{**kwargs, "force_insert": True})  # a number given by hand must not become an UPDATE

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditIsFixed


class AuditEntry(AppendOnly):
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
        permissions = [("export_auditentry", "Can export the audit")]

    def __str__(self) -> str:
        return f"{self.act} {self.object_type} {self.object_id}"


class AuditLink(AppendOnly):
    """One link of the chain: the seal on one line, and through it on every line before (accounts.audit.chain)."""

    position = models.PositiveBigIntegerField(primary_key=True)  # 1, 2, 3 …
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    digest = BytesField(max_length=32)
    sealed_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}"
