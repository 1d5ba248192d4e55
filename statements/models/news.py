"""Which news of a campaign a delegate wants by mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy import tokens
from privacy.fields import BytesField


class NewsChoice(models.Model):
    """A person's choice; who has made none hears of what their organization signed."""

    class Scope(models.TextChoices):
        ALL = "all", _("All news of the campaigns")
        SIGNED = "signed", _("Only news of what our organization signed")
        NONE = "none", _("No news by e-mail")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="news_choice")
    scope = models.CharField(_("news by e-mail"), max_length=6, choices=Scope, default=Scope.SIGNED)
    nonce = BytesField(max_length=16, default=tokens.new_nonce)  # of the link that stops the mails

    class Meta:
        verbose_name = _("choice of news")
        verbose_name_plural = _("choices of news")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.scope}"
