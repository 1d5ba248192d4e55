"""The decision to send letters, taken by two people."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from letters.models.recipient import Recipient


def follow_up_days() -> list[int]:
    return list(settings.FOLLOW_UP_DAYS)


class Release(models.Model):
    """What is to be sent to whom. It knows the text only by what it was told: title, digest and public address."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("waits for a second person")
        APPROVED = "approved", _("approved")
        STOPPED = "stopped", _("stopped")
        REFUSED = "refused", _("sent back by the second person")

    about = models.CharField(_("about"), max_length=80)  # "statement:<digest>"
    title = models.CharField(_("title"), max_length=300)
    text_digest = models.CharField(_("digest of the text"), max_length=64)
    public_url = models.URLField(_("public page"))
    signatories = models.JSONField(default=dict)  # by language: [{"name", "note"}], as they stood when asked
    titles = models.JSONField(default=dict)  # by language
    senders = models.JSONField(
        default=dict
    )  # by language: {"coalition", "contact_name", "contact_address", "postal_lines"}
    signatories_as_of = models.DateTimeField()
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="releases")
    asked_by = models.PositiveIntegerField(null=True)  # organizations, or people where a petition is handed over
    values = models.JSONField(default=dict)  # by language: further placeholders of its templates
    enclosures = models.JSONField(default=dict)  # see letters.enclosures
    recipients = models.ManyToManyField(
        Recipient, through="ReleaseRecipient", related_name="releases", verbose_name=_("recipients")
    )
    language = models.CharField(
        _("preferred language"),
        max_length=8,
        default="en",
        help_text=_("Used where the office has forms of address in it; English otherwise."),
    )
    leave_on = models.DateField(
        _("leave on"), null=True, blank=True
    )  # with leave_time: as clocks at each office show it
    leave_time = models.TimeField(_("at, in the office's own time"), null=True, blank=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)  # when the text becomes public
    dated_on = models.DateField(_("date of the letters"))
    reply_by = models.DateField(_("answer requested by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    copies_digest = models.CharField(max_length=64)  # over every copy, as the requester previewed them
    copy_digests = models.JSONField(default=dict)  # by office, the beginning of each copy's: says which one changed
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    requested_at = models.DateTimeField(_("asked for"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    send_at = models.DateTimeField(_("letters leave from"), null=True)  # end of the cooling-off period
    follow_up_days = models.JSONField(_("days of silence"), default=follow_up_days)  # after which somebody follows up

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-requested_at"]
        permissions = [
            ("request_release", "Can ask for a release"),
            ("approve_release", "Can approve a release asked for by another"),
            ("stop_release", "Can stop a release"),
            ("export_release", "Can export the ledger of a release"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("requested_by"))),
                name="release_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(leave_on__isnull=True, leave_time__isnull=True)
                | Q(leave_on__isnull=False, leave_time__isnull=False),
                name="release_leaves_at_a_day_and_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_handover(self) -> bool:
        """Whether it is about a petition that is handed over: people ask then, not organizations."""
        return self.about.startswith("handover:")

    @property
    def is_scheduled(self) -> bool:
        """Whether it waits for more than the end of the cooling-off period."""
        return self.leave_on is not None or self.not_before is not None

    def is_cooling_off(self, now: datetime) -> bool:
        return self.state == self.State.APPROVED and self.send_at is not None and now < self.send_at


class ReleaseRecipient(models.Model):
    """That a release names an office; while it does, nobody deletes the office."""

    release = models.ForeignKey(Release, models.CASCADE)
    recipient = models.ForeignKey(Recipient, models.PROTECT)

    class Meta:
        db_table = "letters_release_recipients"
        unique_together = [("release", "recipient")]

    def __str__(self) -> str:
        return f"{self.release_id}: {self.recipient_id}"
