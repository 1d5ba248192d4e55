"""Mail that came in: what it said, sealed, and what was made of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from letters.models.letter import Letter
from privacy.fields import BytesField, EncryptedBytesField, EncryptedField


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def to_do(self) -> "InboundMailQuerySet":
        """Those that wait for a person: matched ones to record, parked ones to assign or to set aside."""
        return self.filter(state__in=[InboundMail.State.NEW, InboundMail.State.PARKED])


class InboundMail(models.Model):
    """One mail that somebody sent us, taken in once however often it is handed over."""

    class Kind(models.TextChoices):
        ANSWER = "answer", _("written by a person")
        AUTOMATIC = "automatic", _("automatic answer")
        RECEIPT = "receipt", _("read receipt")
        BOUNCE = "bounce", _("returned mail")
        OWN = "own", _("our own mail")

    class State(models.TextChoices):
        NEW = "new", _("waits to be recorded")
        PARKED = "parked", _("parked")
        RECORDED = "recorded", _("recorded as a reply")
        SETTLED = "settled", _("noted with the letter")
        ASIDE = "aside", _("set aside")

    class Why(models.TextChoices):
        """Why it was parked."""

        UNMATCHED = "unmatched", _("It bears no reply address of ours and answers no letter that we know.")
        OWN = "own", _("It came from our own address, or has gone round in a loop.")
        UNKNOWN_BOUNCE = "unknown_bounce", _("It says that a mail came back, but names none that left from here.")
        TOO_LARGE = "too_large", _("It was too large to be kept. Ask whoever sent it for a smaller one, or for paper.")
        UNREADABLE = "unreadable", _("Nothing could be made of it. The file as it came can be downloaded.")

    class MatchedBy(models.TextChoices):
        ADDRESS = "address", _("by its reply address")
        REFERENCE = "reference", _("by the Message-ID it answers")
        STAFF = "staff", _("by staff")

    digest = BytesField(max_length=32, unique=True)  # keyed, over Message-ID and content
    event_digest = BytesField(max_length=32, unique=True, null=True)  # keyed, of the provider's own number
    provider = models.CharField(_("came by"), max_length=20)  # "mailgun", "upload"
    kind = models.CharField(_("what it is"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State)
    why = models.CharField(_("why it is parked"), max_length=16, choices=Why, blank=True)
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, blank=True, related_name="inbound", verbose_name=_("letter")
    )
    matched_by = models.CharField(_("matched"), max_length=10, choices=MatchedBy, blank=True)
    sender = EncryptedField(_("from"), blank=True)
    sender_fingerprint = BytesField(max_length=32, default=b"")
    from_office = models.BooleanField(default=False)  # the sender's domain is the office's
    subject = EncryptedField(_("subject"), blank=True)
    text = EncryptedField(_("text"), blank=True)
    is_html_only = models.BooleanField(default=False)  # the text was made from HTML
    is_charset_guessed = models.BooleanField(default=False)
    size = models.PositiveIntegerField(_("size in bytes"))
    received_at = models.DateTimeField(_("came in"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    forgotten_at = models.DateTimeField(null=True, blank=True)  # its words were deleted: their time was over
    objects = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail that came in")
        verbose_name_plural = _("mails that came in")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(state__in=["new", "parked"]), name="inbound_mail_to_do")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["new", "recorded"]) | Q(letter__isnull=False), name="inbound_mail_has_a_letter"
            )
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class InboundFile(models.Model):
    """Something attached to a mail; staff may download it, and nothing else is ever done with it."""

    mail = models.ForeignKey(InboundMail, models.CASCADE, related_name="files")
    name = EncryptedField()
    content_type = models.CharField(max_length=80)  # as it was said; never believed
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = EncryptedBytesField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.content_type} {self.size}"

    @property
    def is_winmail(self) -> bool:
        """Outlook's own package, in which text and files are packed so that only Outlook opens them."""
        return self.content_type in {"application/ms-tnef", "application/vnd.ms-tnef"} or (
            self.name.lower() == "winmail.dat"
        )


class InboundOriginal(models.Model):
    """A mail byte by byte as it came, for some months: for doubts about what was made of it."""

    mail = models.OneToOneField(InboundMail, models.CASCADE, related_name="original")
    content = EncryptedBytesField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mail as it came")
        verbose_name_plural = _("mails as they came")

    def __str__(self) -> str:
        return f"original {self.pk}"
