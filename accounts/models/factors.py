"""What a person proves beside the password: an authenticator app, passkeys, recovery codes."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from privacy.fields import BytesField, EncryptedField


class TotpDevice(models.Model):
    """An authenticator app. It counts once a code of it was read back; until then it waits beside an earlier one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="totp_devices")
    secret = EncryptedField(max_length=64)  # base32
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)  # number of the 30 seconds whose code was taken last

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=False), name="one_authenticator_a_user"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=True), name="one_authenticator_in_hand_a_user"
            ),
        ]

    def __str__(self) -> str:
        return f"authenticator {self.pk}"


class Passkey(models.Model):
    """A key pair of staff or of a delegate; we hold the public half. It asks for finger, face or PIN itself."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    credential_id = BytesField(max_length=1023, unique=True)
    public_key = BytesField(max_length=2000)  # COSE
    sign_count = models.BigIntegerField(default=0)  # stays 0 for keys that are kept on several devices
    host = models.CharField(max_length=253)  # RP id: the name of the site it was made on, and works on
    name = EncryptedField(_("name"), max_length=80)
    is_discoverable = models.BooleanField(default=True)  # offers itself without the password
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of ten codes for the day on which telephone and passkeys are gone. Only a keyed hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = BytesField(max_length=32)
    kept_at = models.DateTimeField(null=True, blank=True)  # when the person said that they have them
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code {self.pk}"


class KnownDevice(models.Model):
    """A browser in which somebody has signed in completely. It guesses on a counter of its own.

    The browser holds a token over the row and its nonce; deleting the row ends it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="known_devices")
    nonce = BytesField(max_length=16)
    known_since = models.DateTimeField()
    last_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"device {self.pk}"

    @property
    def throttle_key(self) -> bytes:
        """What its tries are counted under."""
        return bytes(self.nonce)


FACTORS: tuple[Any, ...] = (TotpDevice, Passkey, RecoveryCode)
