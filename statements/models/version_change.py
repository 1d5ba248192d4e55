"""What a version means for those who signed the one before it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from statements.models.statement import Version


class VersionChange(models.Model):
    """Whether earlier signatures stand under a version: those since `signed_from`, if only editing leads from there."""

    class Kind(models.TextChoices):
        EDITORIAL = "editorial", _("editorial")
        MATERIAL = "material", _("in substance")

    version = models.OneToOneField(Version, models.PROTECT, related_name="change_note")
    kind = models.CharField(_("kind of change"), max_length=10, choices=Kind)
    signed_from = models.PositiveSmallIntegerField(_("signatures since version"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = _("change of a version")
        verbose_name_plural = _("changes of versions")

    def __str__(self) -> str:
        return f"{self.version}: {self.get_kind_display()}"
