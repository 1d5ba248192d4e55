"""A petition as it is handed over: its count of one moment, and the files that go along."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition
from petitions.models.signature import Signature
from privacy.fields import EncryptedField

ABOUT = "handover:"  # how `about` of a release begins that carries one


class HandoverQuerySet(models.QuerySet["Handover"]):
    def named_in(self, about: str) -> "HandoverQuerySet":
        """The one that a release is about; none where it is about something else."""
        number = about.removeprefix(ABOUT)
        return self.filter(pk=int(number)) if about != number and number.isdecimal() else self.none()


class Handover(models.Model):
    """The frozen count. Nothing in it changes; its letters are a release of the letters room."""

    class State(models.TextChoices):
        FROZEN = "frozen", _("frozen")
        VOID = "void", _("void: somebody took their name back before it left")

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="handovers", verbose_name=_("petition"))
    as_of = models.DateTimeField(_("count of"))
    count = models.PositiveIntegerField(_("signatures"))
    named_count = models.PositiveIntegerField(_("names in it"), default=0)
    totals = models.JSONField(default=dict)  # {"countries": [[code, n]], "elsewhere": n, "periods": [[day, day, n]]}
    digest = models.CharField(_("digest"), max_length=64)  # over petition, moment, count and the digests of the files
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("frozen by"))
    void_at = models.DateTimeField(_("void since"), null=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-as_of"]
        permissions = [("take_handover", "Can take the files of a handover along, names included")]

    def __str__(self) -> str:
        return gettext("Handover, count of %s") % date_format(timezone.localtime(self.as_of), "DATE_FORMAT")

    @property
    def about(self) -> str:
        """How a release names it."""
        return f"{ABOUT}{self.pk}"

    @property
    def state(self) -> State:
        return self.State.VOID if self.void_at else self.State.FROZEN

    def get_state_display(self) -> str:
        return str(self.state.label)


class HandoverFile(models.Model):
    """One file of it. That with names is sealed like everything personal."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="files")
    name = models.CharField(max_length=60)
    has_names = models.BooleanField(default=False)
    content = EncryptedField(null=True)  # base64; null once what was in it had to go
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    size = models.PositiveIntegerField()  # bytes

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "name"], name="handover_file_once")]

    def __str__(self) -> str:
        return self.name


class HandedOver(models.Model):
    """That the name of this signature stands in the file of this handover."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="named")
    signature = models.ForeignKey(Signature, models.CASCADE, related_name="handed_over")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "signature"], name="handed_over_once")]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.signature_id}"
