"""One frozen copy for one recipient, how it travels, and what came back."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from letters.models.recipient import Channel, Recipient
from letters.models.release import Release
from outbox.models import Email
from privacy import tokens
from privacy.fields import BytesField, EncryptedField


def new_reply_number() -> int:
    """By which a reply address finds its letter: random, so that nobody counts our letters by it."""
    return secrets.randbits(62)


class Progress(models.TextChoices):
    """How far a letter has come, whatever its channel."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("uncertain: it may have arrived")
    BOUNCED = "bounced", _("came back")
    STOPPED = "stopped", _("stopped before sending")
    TO_DISPATCH = "to_dispatch", _("to be delivered by staff")
    DISPATCHED = "dispatched", _("delivered by staff")


class LetterQuerySet(models.QuerySet["Letter"]):
    def with_progress(self) -> "LetterQuerySet":
        """Annotate `progress`: a mailed letter's state is its e-mail's, a carried one's its task's.

        One that changed its channel has had both; the channel it goes by now decides.
        """
        mailed = Q(channel=Channel.EMAIL, email__isnull=False)
        return self.annotate(
            progress=Case(
                When(stopped_at__isnull=False, then=Value(Progress.STOPPED)),
                When(mailed, email__state=Email.State.CANCELLED, then=Value(Progress.STOPPED)),
                When(mailed, email__bounced_at__isnull=False, then=Value(Progress.BOUNCED)),
                When(mailed, email__state=Email.State.QUEUED, then=Value(Progress.WAITING)),
                When(mailed, then=F("email__state")),
                When(dispatch__done_at__isnull=False, then=Value(Progress.DISPATCHED)),
                default=Value(Progress.TO_DISPATCH),
                output_field=CharField(),
            ),
            left_at=Case(When(mailed, then=F("email__sent_at")), default=F("dispatch__done_at")),
        )

    def sent(self) -> "LetterQuerySet":
        """Letters that left: by mail or carried."""
        return self.with_progress().in_progress(Progress.SENT, Progress.DISPATCHED)

    def never_left(self) -> "LetterQuerySet":
        """Letters that no office has and will get: stopped, refused by the mail server for good, or come back."""
        return self.with_progress().in_progress(Progress.STOPPED, Progress.FAILED, Progress.BOUNCED)

    def in_trouble(self) -> "LetterQuerySet":
        """Letters that a person must look at: failed, come back or uncertain, with no other in their place."""
        trouble = (Progress.FAILED, Progress.BOUNCED, Progress.UNCERTAIN)
        return self.with_progress().in_progress(*trouble).filter(replaced_at=None)

    def newest_first(self) -> "LetterQuerySet":
        return self.order_by(F("left_at").desc(), "pk")

    def in_progress(self, *progress: Progress) -> "LetterQuerySet":
        """Those whose annotated `progress` is one of these."""
        return self.filter(Q(("progress__in", progress)))


class Letter(models.Model):
    """Exactly what one office was sent about one text. The words are frozen; the digest is over them."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="letters", verbose_name=_("release"))
    recipient = models.ForeignKey(Recipient, models.PROTECT, related_name="letters", verbose_name=_("recipient"))
    text_digest = models.CharField(max_length=64)
    reference = models.CharField(_("reference"), max_length=40, db_index=True)
    language = models.CharField(_("language"), max_length=8)
    channel = models.CharField(_("channel"), max_length=14, choices=Channel)
    copy = models.JSONField()  # what letters.copies.write_copy returned: envelope, subject, salutation, body, …
    copy_digest = models.CharField(_("digest of this copy"), max_length=64)
    email = models.OneToOneField(Email, models.PROTECT, null=True, related_name="letter")
    pdf_digest = models.CharField(_("digest of the file sent"), max_length=64, blank=True)
    created_at = models.DateTimeField()
    leaves_at = models.DateTimeField(_("leaves"), null=True)  # planned: not before the cooling-off ends
    stopped_at = models.DateTimeField(null=True)  # before it left; the office may then be asked again
    replaced_at = models.DateTimeField(null=True)  # it never left, and another letter was written in its place
    reply_number = models.BigIntegerField(
        unique=True, null=True, default=new_reply_number
    )  # see letters.reply_addresses
    reply_nonce = BytesField(max_length=16, default=tokens.new_nonce)
    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "recipient__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "text_digest"],
                condition=Q(stopped_at__isnull=True, replaced_at__isnull=True),
                name="letter_once_a_recipient_and_text",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.recipient}"

    @property
    def planned_at(self) -> datetime | None:
        """The moment before which it does not leave. Needs its release."""
        return self.leaves_at if self.release.is_scheduled else self.release.send_at

    def may_leave(self, now: datetime) -> bool:
        """Whether the moment has come that was planned for it. Needs its release."""
        planned = self.planned_at
        return self.stopped_at is None and planned is not None and planned <= now

    @property
    def progress_label(self) -> str:
        """The annotated `progress` in words."""
        return str(Progress(self.progress).label)  # type: ignore[attr-defined]

    def days_of_silence(self, now: datetime) -> int | None:
        """Days of the calendar since it left while no answer came back; else None. Needs with_progress().

        They change at midnight, for all letters at once.
        """
        left_at = self.left_at  # type: ignore[attr-defined]
        if left_at is None or self.progress == Progress.BOUNCED:  # type: ignore[attr-defined]
            return None
        if any(reply.is_answer for reply in self.replies.all()):
            return None
        return (timezone.localdate(now) - timezone.localdate(left_at)).days


class Dispatch(models.Model):
    """The task of carrying one letter by hand, post, fax or web form, and the proof that it was done."""

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="dispatch")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who does it"),
    )
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("delivered by")
    )
    evidence = models.CharField(
        _("evidence"), max_length=500, blank=True, help_text=_("Tracking number, name on the receipt, form number.")
    )

    class Meta:
        verbose_name = _("delivery by staff")
        verbose_name_plural = _("deliveries by staff")
        ordering = ["due_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | (Q(done_by__isnull=False) & ~Q(evidence="")),
                name="dispatch_done_has_evidence",
            )
        ]

    def __str__(self) -> str:
        return str(self.letter)


class Reply(models.Model):
    """Something that came back for a letter, as staff recorded it.

    `text` is what was said, for those who may read private replies; `public_text` what everybody reads once it is
    published: the same, or with what could harm somebody left out.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", _("acknowledgement of receipt")
        AUTOMATIC = "automatic", _("automatic answer")
        ANSWER = "answer", _("answer")
        REFUSAL = "refusal", _("refusal")

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("private")
        SUMMARY = "summary", _("summary is public")
        FULL = "full", _("whole text is public")

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="replies", verbose_name=_("letter"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    received_on = models.DateField(_("received"))
    summaries = models.JSONField(_("summary by language"), default=dict)  # {"en": …, "ko": …}
    visibility = models.CharField(_("visibility"), max_length=8, choices=Visibility, default=Visibility.PRIVATE)
    received_at = models.DateTimeField(_("came in"), null=True, blank=True)  # to the second, where a mail says so
    text = EncryptedField(_("what was said"), blank=True)
    public_text = models.TextField(_("public text"), blank=True)
    public_language = models.CharField(_("language of the public text"), max_length=8, blank=True)
    mail = models.OneToOneField(
        "letters.InboundMail", models.PROTECT, null=True, blank=True, related_name="reply", verbose_name=_("mail")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["received_on", "pk"]
        permissions = [("read_private_reply", "Can read replies that are not public")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(visibility="full") | ~Q(public_text=""), name="reply_public_in_full_has_a_text"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.received_on}"

    @property
    def is_public(self) -> bool:
        return self.visibility != self.Visibility.PRIVATE

    @property
    def is_answer(self) -> bool:
        return self.kind in {self.Kind.ANSWER, self.Kind.REFUSAL}
