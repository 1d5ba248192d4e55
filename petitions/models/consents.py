"""What became of a consent after signing: one line for each change, with the words it was about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models.signature import ConsentNotice, Signature


class ConsentChange(models.Model):
    """A consent given or taken back on the page behind the personal link, or by one click from a mail.

    What was ticked while signing stands in the signature itself, with its date; here is what came after.
    """

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="consent_changes")
    purpose = models.CharField(_("purpose"), max_length=10, choices=ConsentNotice.Purpose)
    # The words that were shown when it was given; taken back, the words it had been given to.
    notice = models.ForeignKey(ConsentNotice, models.PROTECT, null=True, related_name="+", db_index=False)
    given = models.BooleanField(_("given"))
    at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("change of a consent")
        verbose_name_plural = _("changes of consents")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.purpose} {'given' if self.given else 'taken back'}"
