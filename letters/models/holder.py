"""Who holds an office, from when to when, and how we know."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from letters.models.recipient import Recipient


class Holder(models.Model):
    """One person in one office. Dates that nobody knows are empty; the day of our knowledge never is."""

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="holders")
    name = models.CharField(
        _("name and style"), max_length=200, help_text=_("As the envelope has it: “H.E. Ms. Ada Lind”.")
    )
    since = models.DateField(_("in office since"), null=True, blank=True)
    until = models.DateField(_("in office until"), null=True, blank=True)
    known_on = models.DateField(_("known on"), help_text=_("The day on which we read or heard it."))
    source = models.CharField(_("how we know"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("holder of the office")
        verbose_name_plural = _("holders of the office")
        ordering = [F("since").desc(nulls_last=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="holder_leaves_after_coming"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
