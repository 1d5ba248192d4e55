"""What the count is made of: changes on their way, cells of the tally, and the thresholds somebody waits for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from petitions.models.petition import Petition

SUPPRESSED_BELOW = 5  # a cell with fewer people could point at one of them


class Kind(models.TextChoices):
    """How a signature came in; each kind is counted apart and shown as its own class."""

    ONLINE = "online", _("signed here, confirmed by e-mail")
    PAPER = "paper", _("signed on paper")
    PARTNER = "partner", _("signed with a partner organization")
    VOUCHED = "vouched", _("vouched for by a member organization")


class CountChange(models.Model):
    """+1 or −1 to one cell, written with its cause and consumed by the tally: the request path
    never touches a counter. It holds the cell itself, so that erasing the person leaves the count right."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()  # of the confirmation, in the petition's time zone
    country = CountryField(blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ONLINE)
    partner = models.ForeignKey("petitions.PartnerLink", models.SET_NULL, null=True, related_name="+", db_index=False)
    change = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.change:+d}"


class Tally(models.Model):
    """How many signatures of one kind came from one country on one day."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="tallies")
    day = models.DateField(_("day"))
    country = CountryField(_("country"), blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    count = models.IntegerField(_("signatures"), default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [models.UniqueConstraint(fields=["petition", "day", "country", "kind"], name="tally_one_a_cell")]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.day} {self.country or '–'} {self.kind}: {self.count}"


class Milestone(models.Model):
    """A number of signatures that staff want to hear of."""

    petition = models.ForeignKey(Petition, models.CASCADE, related_name="milestones", verbose_name=_("petition"))
    threshold = models.PositiveIntegerField(_("signatures"))
    tell_recipients = models.BooleanField(
        _("propose a letter to the recipients"),
        default=False,
        help_text=_("Staff are reminded to ask for its release; nothing leaves by itself."),
    )
    tell_signatories = models.BooleanField(_("prepare an update for those who asked for updates"), default=False)
    reached_at = models.DateTimeField(_("reached"), null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)  # staff did, or left, what it proposes

    class State(models.TextChoices):
        AHEAD = "ahead", _("not reached yet")
        REACHED = "reached", _("reached")
        SETTLED = "settled", _("reached and settled")

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["threshold"]
        permissions = [("hear_milestone", "Is told by mail when a milestone is reached")]
        constraints = [models.UniqueConstraint(fields=["petition", "threshold"], name="milestone_once")]

    def __str__(self) -> str:
        return f"{self.threshold}"

    @property
    def state(self) -> State:
        if self.settled_at:
            return self.State.SETTLED
        return self.State.REACHED if self.reached_at else self.State.AHEAD

    def get_state_display(self) -> str:
        return str(self.state.label)

    @property
    def proposes(self) -> bool:
        """Whether staff have something to do once it is reached."""
        return self.tell_recipients or self.tell_signatories
