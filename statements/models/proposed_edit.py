"""What delegates propose during the comment round."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Organization
from statements.models.statement import Version


class ProposedEditQuerySet(models.QuerySet["ProposedEdit"]):
    def open(self) -> "ProposedEditQuerySet":
        return self.filter(state=ProposedEdit.State.OPEN)


class ProposedEdit(models.Model):
    """One edit of one paragraph, proposed for an organization and decided by staff.

    It is anchored to the words of the paragraph, so that it finds it again when others have moved. An empty `wording`
    proposes to leave the paragraph out.
    """

    class State(models.TextChoices):
        OPEN = "open", _("not decided")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    class Part(models.TextChoices):
        TITLE = "title", _("title")
        BODY = "body", _("text")
        DEMANDS = "demands", _("demands")

    version = models.ForeignKey(Version, models.CASCADE, related_name="proposed_edits")
    language = models.CharField(_("language"), max_length=8)
    part = models.CharField(_("part"), max_length=7, choices=Part)
    number = models.PositiveSmallIntegerField(_("paragraph"))  # from 1, as it stood when this was proposed
    original = models.TextField(_("the paragraph as it stood"))
    wording = models.TextField(_("proposed wording"), blank=True)
    comment = models.CharField(_("reason"), max_length=1000, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("organization"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    accepted_wording = models.TextField(_("wording that was taken"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)  # its delegate reads it
    objects = ProposedEditQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed edit")
        verbose_name_plural = _("proposed edits")
        ordering = ["language", "number", "proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="proposed_edit_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decision_reason=""), name="proposed_edit_declined_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}, {self.language} {self.part} {self.number}"
