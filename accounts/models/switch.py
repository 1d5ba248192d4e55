"""The switches of the site."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Switch(models.Model):
    """A state of the whole site that staff or a command turn on and off."""

    class Key(models.TextChoices):
        """New ones come last: the audit names a switch by its place here."""

        DEMONSTRATION = "demonstration", _("The demonstration is loaded")
        PAUSE_SIGNING = "pause_signing", _("Signing is paused")
        PAUSE_SENDING = "pause_sending", _("Sending is paused")
        READ_ONLY = "read_only", _("The site is read-only")
        CHALLENGE = "challenge", _("Signing asks for a proof of work")

    key = models.CharField(max_length=30, choices=Key, primary_key=True)
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")

    def __str__(self) -> str:
        return str(self.get_key_display())
