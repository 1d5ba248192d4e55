"""What two people decide about a text that is signed, and what was put right in it afterwards."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from statements.models.statement import Statement, Version


class Proposal(models.Model):
    """What one person asks for and another decides; each says why."""

    class Act(models.TextChoices):
        LIFT = "lift", _("end the embargo now")
        CORRECT = "correct", _("publish an erratum")
        WITHDRAW = "withdraw", _("withdraw the statement")
        ARCHIVE = "archive", _("archive the statement")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second person")
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="proposals", verbose_name=_("statement"))
    act = models.CharField(_("what"), max_length=8, choices=Act)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=500)
    erratum_texts = models.JSONField(_("words of the erratum"), default=dict, blank=True)  # {"en": …}, for CORRECT
    is_material = models.BooleanField(_("the signatories are told"), default=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement"], condition=Q(state="waiting"), name="proposal_one_waits_per_statement"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="proposal_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.get_state_display()}"


class Erratum(models.Model):
    """A dated correction, shown with the version it corrects. The signed words themselves never change."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="errata", verbose_name=_("statement"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="errata", verbose_name=_("version"))
    texts = models.JSONField(_("words"))  # by language; English always
    is_material = models.BooleanField(_("the signatories were told"), default=False)
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("erratum")
        verbose_name_plural = _("errata")
        ordering = ["published_at", "pk"]

    def __str__(self) -> str:
        return self.text_in("en")

    @property
    def local_text(self) -> str:
        return self.text_in(get_language() or "en")

    def text_in(self, language: str) -> str:
        """The words in `language`, else in English."""
        words: str = self.texts.get(language) or self.texts["en"]
        return words


def next_embargo_end(now: datetime) -> datetime | None:
    """The first moment after `now` at which a statement becomes public, None when none waits."""
    waiting = Statement.objects.filter(state=Statement.State.EMBARGOED, embargo_until__gt=now)
    return waiting.aggregate(first=models.Min("embargo_until"))["first"]
