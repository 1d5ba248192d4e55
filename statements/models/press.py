"""What a statement offers to the press, and which journalists may read it before everybody."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy import tokens
from privacy.fields import BytesField, EncryptedField
from statements.models.statement import Statement

PREVIEW = "statements.preview"  # the purpose of its token


class PressText(models.Model):
    """The press release of a statement in one language, with notes to editors and whom to call."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="press_texts", verbose_name=_("statement"))
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=250)
    body = models.TextField(_("release"), help_text=_("Markdown."))
    notes = models.TextField(_("notes to editors"), blank=True, help_text=_("Markdown."))
    contact = models.TextField(_("press contact"), help_text=_("Name, telephone and e-mail, one a line. It is public."))

    class Meta:
        verbose_name = _("press release")
        verbose_name_plural = _("press releases")
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["statement", "language"], name="press_text_one_a_language")]

    def __str__(self) -> str:
        return self.title


class QuoteQuerySet(models.QuerySet["Quote"]):
    def approved(self) -> "QuoteQuerySet":
        return self.filter(approved_at__isnull=False)


class Quote(models.Model):
    """Words of one person for the press; shown once that person, or somebody for them, approved exactly these."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="quotes", verbose_name=_("statement"))
    language = models.CharField(_("language"), max_length=8)
    words = models.TextField(_("words"))
    speaker = models.CharField(_("who says it"), max_length=150)
    role = models.CharField(_("role"), max_length=200)
    approved_by = models.CharField(_("approved by"), max_length=200, blank=True)  # and how: "the speaker, by telephone"
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by="")
                | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="quote_approved_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.speaker}: {self.words[:60]}"


class PressImage(models.Model):
    """A picture for the press. Its bytes are drawn anew on arrival, so nothing of the camera or the file is left."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="press_images", verbose_name=_("statement"))
    data = BytesField(_("picture"))
    content_type = models.CharField(max_length=20)  # image/jpeg or image/png
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    texts = models.JSONField(_("what is to be seen"))  # by language; English always
    credit = models.CharField(_("credit"), max_length=200)
    licence = models.CharField(_("licence"), max_length=200)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("press picture")
        verbose_name_plural = _("press pictures")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.texts.get("en", ""))

    @property
    def file_name(self) -> str:
        return f"{self.statement_id}-{self.pk}.{'png' if self.content_type == 'image/png' else 'jpg'}"


class PreviewQuerySet(models.QuerySet["Preview"]):
    def usable(self, now: datetime) -> "PreviewQuerySet":
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class Preview(models.Model):
    """One journalist's link to a text under embargo. Only this table knows whose it is, and only for a while."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="previews", verbose_name=_("statement"))
    name = EncryptedField(_("name"), max_length=150)
    address = EncryptedField(_("e-mail"), max_length=254)
    address_fingerprint = BytesField(max_length=32, null=True)  # None once the person is forgotten
    outlet = models.CharField(_("newsroom"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8)
    nonce = BytesField(max_length=16, default=tokens.new_nonce)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("works until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    objects = PreviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "address_fingerprint"],
                condition=Q(revoked_at__isnull=True),
                name="preview_one_link_a_journalist",
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet or '–'} ({self.pk})"

    @property
    def token(self) -> str:
        return tokens.make(PREVIEW, self.pk, bytes(self.nonce))

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and self.forgotten_at is None and now < self.expires_at


class PreviewView(models.Model):
    """That a link was used, and when. Not from where."""

    preview = models.ForeignKey(Preview, models.CASCADE, related_name="views")
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("view of a preview")
        verbose_name_plural = _("views of previews")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.preview_id}, {self.at:%Y-%m-%d %H:%M}"
