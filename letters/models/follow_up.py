"""What is to be done about a letter that nobody answers."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from letters.models.letter import Letter


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> "FollowUpQuerySet":
        return self.filter(state=FollowUp.State.OPEN)


class FollowUp(models.Model):
    """A task: so many days of silence have passed, and somebody asks again, or decides not to."""

    class State(models.TextChoices):
        OPEN = "open", _("to do")
        DONE = "done", _("done")
        ANSWERED = "answered", _("ended by an answer")
        PASSED = "passed", _("the next one took its place")

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="follow_ups", verbose_name=_("letter"))
    after_days = models.PositiveSmallIntegerField(_("days of silence"))
    due_on = models.DateField(_("due"))  # in the coalition's own time zone
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who does it"),
    )
    note = models.CharField(_("what was done"), max_length=500, blank=True)
    reminded_at = models.DateTimeField(_("owner reminded"), null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "after_days"], name="follow_up_once_a_letter_and_day"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(note=""), name="follow_up_done_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.letter}"

    def is_overdue(self, today: date) -> bool:
        return self.state == self.State.OPEN and self.due_on < today
