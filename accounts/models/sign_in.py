"""What a person proves at the door."""

from django.db import models

from accounts.models.user import User
from privacy.fields import BytesField


class SignInCode(models.Model):
    """One code, good only in the browser that asked for it; of code and browser session only keyed hashes are kept.

    Without a user nobody was mailed: the address belongs to no delegate, and asking cost the same.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sign_in_codes")
    session_hash = BytesField(max_length=32, db_index=True)
    code_hash = BytesField(max_length=32)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"code {self.pk}"
