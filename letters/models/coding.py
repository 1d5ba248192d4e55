"""What an answer says of each demand, as staff read it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models import Demand
from letters.models.letter import Reply


class CodedReply(models.Model):
    """One answer set against one demand, with the words it rests on."""

    class Verdict(models.TextChoices):
        PROMISE = "promise", _("promise")
        PARTIAL = "partial", _("promise in part")
        REFUSAL = "refusal", _("refusal")
        NO_WORD = "no_word", _("no word about it")

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="codes", verbose_name=_("reply"))
    demand = models.ForeignKey(Demand, models.PROTECT, related_name="codes", verbose_name=_("demand"))
    verdict = models.CharField(_("what it says"), max_length=8, choices=Verdict)
    words = models.JSONField(_("quotation or summary by language"), default=dict, blank=True)
    coded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    coded_at = models.DateTimeField(_("coded"))

    class Meta:
        verbose_name = _("answer to a demand")
        verbose_name_plural = _("answers to demands")
        ordering = ["demand__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "demand"], name="reply_coded_once_a_demand")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.demand_id}: {self.verdict}"
