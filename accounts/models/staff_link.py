"""Links by mail with which a member of staff sets a password."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from privacy import tokens
from privacy.fields import BytesField


class StaffLinkQuerySet(models.QuerySet["StaffLink"]):
    def open(self) -> Any:
        return self.filter(used_at=None, revoked_at=None)


class StaffLink(models.Model):
    """An invitation, or a way to a new password. It works once; another one takes its place."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        NEW_PASSWORD = "new_password", _("new password")

    kind = models.CharField(max_length=12, choices=Kind)
    user = models.ForeignKey(User, models.CASCADE, related_name="staff_links")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    nonce = BytesField(max_length=16)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = StaffLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="one_open_link_a_user_and_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def purpose(self) -> str:
        return f"staff-link-{self.kind}"

    @property
    def token(self) -> str:
        """What the mail carries."""
        return tokens.make(self.purpose, self.pk, bytes(self.nonce))

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and now < self.expires_at
