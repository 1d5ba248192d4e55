"""A public request and its text in each language."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.languages import in_language
from campaigns.models import Campaign
from letters.models import Recipient


class PetitionQuerySet(models.QuerySet["Petition"]):
    def public(self) -> "PetitionQuerySet":
        """Petitions with a page for everybody, whatever became of them."""
        return self.exclude(state__in=[Petition.State.DRAFT, Petition.State.IN_REVIEW])

    def open(self, now: datetime) -> "PetitionQuerySet":
        return self.filter(
            Q(opens_at__isnull=True) | Q(opens_at__lte=now),
            Q(closes_at__isnull=True) | Q(closes_at__gt=now),
            state=Petition.State.OPEN,
        )


class Petition(models.Model):
    """A public request that people sign; what it says stands in its texts."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        DELIVERED = "delivered", _("delivered")
        ARCHIVED = "archived", _("archived")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="petitions", verbose_name=_("campaign"))
    slug = models.SlugField(_("address of the page"), unique=True)
    recipients = models.ManyToManyField(Recipient, related_name="petitions", verbose_name=_("addressed to"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    goal = models.PositiveIntegerField(_("next goal"), default=500)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul")
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    last_written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )  # who changed the text last at the desk; that person does not publish it
    allows_shared_addresses = models.BooleanField(
        _("several people may share one address"),
        default=False,
        help_text=_("Then a name counts beside the address: families and villages with one mailbox."),
    )
    duty_of_care = models.BooleanField(
        _("duty of care"),
        default=False,
        help_text=_("No public names, comments or countries, and the count is shown with a delay."),
    )
    names_hidden = models.BooleanField(_("names hidden"), default=False, editable=False)  # see Signature.listed()
    signature_count = models.PositiveIntegerField(_("confirmed signatures"), default=0, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)  # when the tally last looked
    delivered_at = models.DateTimeField(_("delivered"), null=True, editable=False)
    delivered_count = models.PositiveIntegerField(_("signatures delivered"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)
    challenge_since = models.DateTimeField(null=True, editable=False)  # that signing asks for a proof of work
    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("petition")
        verbose_name_plural = _("petitions")
        ordering = ["-pk"]
        permissions = [
            ("publish_petition", "Can publish a petition of another author"),
            ("challenge_petition", "Can ask for a proof of work before signing"),
            ("hide_names_petition", "Can hide every name under a petition, and show them again"),
        ]

    def __str__(self) -> str:
        text = self.text
        return text.title if text else self.slug

    @property
    def text(self) -> "PetitionText | None":
        """Its text in the page's language, else in English. Prefetch `texts`."""
        return in_language(self.texts.all())

    def was_written_by(self, user_id: int) -> bool:
        """Whether this person began it or changed it last."""
        return user_id in {self.author_id, self.last_written_by_id}

    def is_open(self, now: datetime) -> bool:
        """Whether it takes signatures; the second named in `closes_at` is the first that does not."""
        return (
            self.state == self.State.OPEN
            and (self.opens_at is None or self.opens_at <= now)
            and (self.closes_at is None or now < self.closes_at)
        )

    def opens_later(self, now: datetime) -> bool:
        """Whether it was published, and waits for the second in `opens_at`."""
        return self.state == self.State.OPEN and self.opens_at is not None and self.opens_at > now

    def accepts_confirmation(self, now: datetime) -> bool:
        """Whether a signature given in time still counts: while open, and 24 h after closing."""
        if self.is_open(now):
            return True
        return (
            self.state in {self.State.OPEN, self.State.CLOSED}
            and self.closes_at is not None
            and self.closes_at <= now < self.closes_at + settings.CONFIRMATION_GRACE
        )


class PetitionText(models.Model):
    petition = models.ForeignKey(Petition, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), help_text=_("One paragraph above the form."))
    body = models.TextField(_("text"), help_text=_("Markdown."))

    class Meta:
        verbose_name = _("text in one language")
        verbose_name_plural = _("texts by language")
        constraints = [models.UniqueConstraint(fields=["petition", "language"], name="petition_one_text_a_language")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
