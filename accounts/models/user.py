"""Who may come in."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fields import BytesField, EncryptedField
from privacy.fingerprints import address_fingerprint


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password only e-mailed codes let them in. Raises InvalidAddress."""
        user = self.model(**fields)
        user.set_email(email)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        """Find the user of an address in any spelling. Raises DoesNotExist, also for a malformed one."""
        try:
            return self.get(email_fingerprint=address_fingerprint(canonical(normalize(email or ""))))
        except ValueError as exc:
            raise self.model.DoesNotExist from exc


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: staff by password and second factor, delegates by e-mailed code, both by passkey.

    The address is the login.
    """

    email = EncryptedField(_("e-mail address"), max_length=254)
    email_fingerprint = BytesField(max_length=32, unique=True, editable=False)
    name = EncryptedField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul")
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May open the desk of the coalition."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)
    access_given_at = models.DateTimeField(null=True, editable=False)  # by an administrator, see may_decide()
    session_round = models.PositiveIntegerField(default=0, editable=False)  # one more ends every open session
    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("change_switches", "Can turn the switches of the site")]

    def __str__(self) -> str:
        return self.name or self.email

    def set_email(self, email: str) -> None:
        """Set the address and what finds it again. Raises InvalidAddress."""
        self.email = normalize(email)
        self.email_fingerprint = address_fingerprint(canonical(self.email))

    def may_decide(self, now: datetime) -> bool:
        """Whether this person may approve what cannot be taken back.

        Not within DECIDE_AFTER of an administrator inviting them, changing their address or roles, or letting them
        set a new password or second factor: so one administrator alone cannot act as two people on one day, and
        whoever the account belongs to has read the mail about it.
        """
        return self.access_given_at is None or now >= self.access_given_at + settings.DECIDE_AFTER

    def clean(self) -> None:
        try:
            self.set_email(self.email)
        except InvalidAddress as exc:
            # Of no field: forms that do not hold the address clean the person too.
            raise ValidationError(_("This does not look like an e-mail address.")) from exc

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What an open session is compared with: changes with the password and with `session_round`."""
        return salted_hmac(
            "accounts.models.User.session", f"{self.password}:{self.session_round}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email
