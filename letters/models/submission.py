"""A text on its way to a body: frozen as its pack was made, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from letters.models.route import Route, RouteRule
from letters.models.session import Session


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def standing(self) -> "SubmissionQuerySet":
        """Those that were handed in, or wait to be."""
        return self.exclude(state=Submission.State.SET_ASIDE)


class Submission(models.Model):
    """One text for one route. `sheet` is all that stands on its pack: no name that was given in confidence."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared")
        SUBMITTED = "submitted", _("submitted")
        SET_ASIDE = "set_aside", _("set aside")

    route = models.ForeignKey(Route, models.PROTECT, related_name="submissions", verbose_name=_("route"))
    rule = models.ForeignKey(RouteRule, models.PROTECT, related_name="+", verbose_name=_("rule"))
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("session")
    )
    about = models.CharField(_("about"), max_length=120)  # "statement:<digest>"
    case = models.CharField(_("case"), max_length=80, db_index=True)  # one case may not go two ways that conflict
    title = models.CharField(_("title"), max_length=250)
    language = models.CharField(_("language"), max_length=8)
    text_digest = models.CharField(_("digest"), max_length=64)
    sheet = models.JSONField(default=dict)  # see letters.submission_packs
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARED)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared"))
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-prepared_at"]
        permissions = [("prepare_submission", "Can prepare submissions and note that they were handed in")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_on__isnull=False), name="submission_submitted_has_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.title
