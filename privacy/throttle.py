"""Counters against guessing and flooding, shared by all processes: Redis, or the database."""

import hashlib
import logging
from datetime import datetime, timedelta
from functools import lru_cache

import redis
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from privacy.models import ThrottleCounter

logger = logging.getLogger(__name__)


def hit(scope: str, key: bytes, *, limit: int, per: timedelta, now: datetime) -> bool:
    """Count one more and return whether it is still within `limit` for the running window of length `per`.

    Windows are fixed (now // per), so a burst across a border may reach twice the limit.
    """
    window = int(now.timestamp() // per.total_seconds())
    bucket = hashlib.sha256(f"{scope}\x00{window}\x00".encode() + key).digest()
    if settings.REDIS_URL:
        try:
            return _count_in_redis(bucket, per) <= limit
        except (redis.RedisError, OSError) as exc:
            logger.warning("throttle falls back to the database: %s", type(exc).__name__)
    return _count_in_database(bucket, now + per) <= limit


def _count_in_redis(bucket: bytes, per: timedelta) -> int:
    pipeline = _redis(settings.REDIS_URL).pipeline()
    name = b"throttle:" + bucket
    pipeline.incr(name)
    pipeline.expire(name, int(per.total_seconds()), nx=True)
    return int(pipeline.execute()[0])


@lru_cache(maxsize=2)
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=0.3, socket_timeout=0.5)


def _count_in_database(bucket: bytes, expires_at: datetime) -> int:
    counters = ThrottleCounter.objects.filter(pk=bucket)
    with transaction.atomic():
        if not counters.update(count=F("count") + 1):
            try:
                with transaction.atomic():
                    ThrottleCounter.objects.create(bucket=bucket, count=1, expires_at=expires_at)
                    return 1
            except IntegrityError:  # another process was first
                counters.update(count=F("count") + 1)
        return counters.values_list("count", flat=True).get()


def forget_expired(now: datetime) -> int:
    """Delete counters whose window has passed; returns how many."""
    return ThrottleCounter.objects.filter(expires_at__lt=now).delete()[0]
