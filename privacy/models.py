"""What the bottom room keeps: daily keys for network hashes, and throttle counters."""

from django.db import models


class NetworkKey(models.Model):
    """The random key of one day's network hashes; deleted after 30 days, and the hashes with it mean nothing."""

    day = models.DateField(primary_key=True)
    key = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = "daily network key"

    def __str__(self) -> str:
        return str(self.day)


class ThrottleCounter(models.Model):
    """How often one key came in one window; the fall-back of Redis, and all there is without it."""

    bucket = models.BinaryField(max_length=32, primary_key=True)  # hash of scope, key and window
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.expires_at:%H:%M}"
