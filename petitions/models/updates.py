"""News that staff post to a petition, mailed once to those who asked for it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.languages import in_language
from campaigns.models import NewsDigest
from petitions.models.petition import Petition


class Update(models.Model):
    """One piece of news. Its mails are written in batches; `mailed_up_to` says how far that got."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")

    petition = models.ForeignKey(Petition, models.PROTECT, related_name="updates", verbose_name=_("petition"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=_("author"), editable=False
    )
    digest = models.ForeignKey(  # one that the house wrote: the news that went out together
        NewsDigest, models.PROTECT, null=True, related_name="+", editable=False
    )
    last_written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, editable=False
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    mailed_up_to = models.BigIntegerField(default=0, editable=False)  # id of the last signature looked at
    mail_stopped_at = models.DateTimeField(null=True, editable=False)  # staff stopped the mails; they can go on later
    mail_finished_at = models.DateTimeField(_("all mails written"), null=True, editable=False)

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-pk"]
        permissions = [("publish_update", "Can publish an update of another author")]
        constraints = [models.UniqueConstraint(fields=["petition", "digest"], name="update_one_a_digest")]

    def __str__(self) -> str:
        text = self.text
        return text.title if text else f"update {self.pk}"

    def was_written_by(self, user_id: int) -> bool:
        """Whether this person began it or changed it last."""
        return user_id in {self.author_id, self.last_written_by_id}

    @property
    def text(self) -> "UpdateText | None":
        """Its text in the page's language, else in English. Prefetch `texts`."""
        return in_language(self.texts.all())


class UpdateText(models.Model):
    update = models.ForeignKey(Update, models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), help_text=_("Markdown."))

    class Meta:
        verbose_name = _("text in one language")
        verbose_name_plural = _("texts by language")
        constraints = [models.UniqueConstraint(fields=["update", "language"], name="update_one_text_a_language")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"
