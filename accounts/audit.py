"""The one door to the audit."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import AuditEntry, User


def record(
    act: str, target: models.Model, *, by: User | None, reason: str = "", now: datetime | None = None, **details: Any
) -> AuditEntry:
    """Write who did what to which row, in the caller's transaction. `details` hold ids and states, no personal data."""
    return AuditEntry.objects.create(
        at=now or timezone.now(),
        by=by,
        act=act,
        object_type=target._meta.label_lower,
        object_id=target.pk,
        reason=reason,
        details=details,
    )


def history(target: models.Model) -> models.QuerySet[AuditEntry]:
    """The lines about one row, newest first."""
    return AuditEntry.objects.filter(object_type=target._meta.label_lower, object_id=target.pk).select_related("by")
