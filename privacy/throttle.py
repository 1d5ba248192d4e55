"""Counters against guessing and flooding, shared by all processes: Redis, or the database.

What is kept for a key is the times of its hits that were let through, so that a limit holds within every span of its
length and a place is free again exactly `per` after it was taken. A time is 8 bytes: milliseconds, then random bits by
which two hits of one millisecond differ.

When Redis comes and goes: above a quarter of its limit a key is written to the database as well, and while Redis has
been counting for less than `per` (it was emptied, or could not be reached) both must agree. So around the loss of Redis
a key gets at most a quarter of its limit more, once, and its return lets nothing more through. Only while some
processes reach Redis and others do not do the two halves count for themselves.
"""

import hashlib
import logging
import secrets
import struct
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from django.db import connection, transaction
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.retry import Retry

from privacy.models import ThrottleLog

logger = logging.getLogger(__name__)

REDIS_PAUSE = 1.0  # seconds without asking a Redis that did not answer
COUNTING_SINCE = b"throttle:since"
RANDOM_BITS = 21

# Returns whether the hit is let through, since when this Redis counts, and the key's hits if the database needs them.
SCRIPT = """
local begins, limit = tonumber(ARGV[2]), tonumber(ARGV[4])
local since = redis.call('GET', KEYS[2])
if not since or ARGV[5] == '1' then
  since = ARGV[1]
  redis.call('SET', KEYS[2], since)
end
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and tonumber(oldest) < begins do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
local count = redis.call('LLEN', KEYS[1])
local passed = 0
if count < limit then
  passed, count = 1, redis.call('RPUSH', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
local hits = {}
if passed == 1 and (count * 4 > limit or tonumber(since) >= begins) then
  hits = redis.call('LRANGE', KEYS[1], 0, -1)
end
return {passed, since, hits}
"""

# Of each key: whether it had room, and then its hit is counted. Three arguments a key, after the stamp.
MANY = """
local passed = {}
for i, key in ipairs(KEYS) do
  local begins, limit, lasts = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), ARGV[3 * i + 1]
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) < begins do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  passed[i] = 0
  if redis.call('LLEN', key) < limit then
    passed[i] = 1
    redis.call('RPUSH', key, ARGV[1])
    redis.call('PEXPIRE', key, lasts)
  end
end
return passed
"""


def hit(scope: str, key: bytes, *, limit: int, per: timedelta, now: datetime) -> bool:
    """Count one more and return True, or return False when `limit` came within the last `per`; that one does not count.

    Within any span of `per` at most `limit` are let through, over all processes together. One round trip with Redis,
    else two statements: call it outside a transaction, or a rollback forgets the hit. Keeps 8 bytes a hit.
    """
    bucket = _bucket(scope, key)
    at, begins = _stamp(now) | secrets.randbits(RANDOM_BITS), _begin(now, per)
    if settings.REDIS_URL and _redis_state.may_be_asked():
        try:
            passed, since, hits = _ask_redis(bucket, at, begins, limit, per)
        except (redis.RedisError, OSError) as exc:
            _redis_state.failed_at = time.monotonic()
            logger.warning("throttle falls back to the database: %s", type(exc).__name__)
        else:
            if not hits:
                return passed
            if _ask_database(bucket, at, begins, limit, expires_at=now + per, hits=hits) or since < begins:
                return True
            _take_back(bucket, at)
            return False
    return _ask_database(bucket, at, begins, limit, expires_at=now + per)


def count(scope: str, key: bytes, *, per: timedelta, now: datetime) -> int:
    """How many hits of this key were let through within the last `per`; counts nothing itself."""
    bucket = _bucket(scope, key)
    hits = _read_redis(bucket)
    if hits is None:
        hits = _unpack(bytes(ThrottleLog.objects.filter(pk=bucket).values_list("hits", flat=True).first() or b""))
    return sum(hit >= _begin(now, per) for hit in hits)


@dataclass(frozen=True)
class Hit:
    """One counter of several that are asked together; see hit_many()."""

    scope: str
    key: bytes
    limit: int
    per: timedelta


def hit_many(hits: Sequence[Hit], *, now: datetime) -> list[bool]:
    """Count one more under each key that has room, and say of each whether it had; no two are alike in scope and key.

    One round trip with Redis, else two statements, for all of them together. For limits that may be exceeded around
    the loss of Redis: what was counted on one side is not known on the other. Call it outside a transaction.
    """
    if not hits:
        return []
    at = _stamp(now) | secrets.randbits(RANDOM_BITS)
    asked = [(_bucket(hit.scope, hit.key), _begin(now, hit.per), hit) for hit in hits]
    if settings.REDIS_URL and _redis_state.may_be_asked():
        args = [arg for _b, begins, hit in asked for arg in (begins, hit.limit, int(hit.per.total_seconds() * 1000))]
        try:
            found = _script(settings.REDIS_URL, MANY)(keys=[_name(bucket) for bucket, _, _ in asked], args=[at, *args])
            return [bool(passed) for passed in found]
        except (redis.RedisError, OSError) as exc:
            _redis_state.failed_at = time.monotonic()
            logger.warning("throttle falls back to the database: %s", type(exc).__name__)
    return _ask_database_for_many(asked, at, now)


class _RedisState:
    """What this process knows of Redis: since when it has not answered, on the clock of time.monotonic()."""

    failed_at: float | None = None

    def may_be_asked(self) -> bool:
        return self.failed_at is None or time.monotonic() - self.failed_at > REDIS_PAUSE


_redis_state = _RedisState()


def _ask_redis(bucket: bytes, at: int, begins: int, limit: int, per: timedelta) -> tuple[bool, int, list[int]]:
    failed_at = _redis_state.failed_at
    passed, since, hits = _script(settings.REDIS_URL)(
        keys=[_name(bucket), COUNTING_SINCE],
        args=[at, begins, int(per.total_seconds() * 1000), limit, int(failed_at is not None)],
    )
    if _redis_state.failed_at == failed_at:  # it knows now that it missed hits of ours
        _redis_state.failed_at = None
    return bool(passed), int(since), [int(hit) for hit in hits]


def _read_redis(bucket: bytes) -> Sequence[int] | None:
    """The hits of a key; None when Redis cannot say."""
    if not settings.REDIS_URL or not _redis_state.may_be_asked():
        return None
    client: Any = _script(settings.REDIS_URL).registered_client
    try:
        return [int(hit) for hit in client.lrange(_name(bucket), 0, -1)]
    except (redis.RedisError, OSError) as exc:
        _redis_state.failed_at = time.monotonic()
        logger.warning("throttle falls back to the database: %s", type(exc).__name__)
        return None


def _take_back(bucket: bytes, at: int) -> None:
    """A hit that the database refuses takes no place in Redis either."""
    with suppress(redis.RedisError, OSError):
        _script(settings.REDIS_URL).registered_client.lrem(_name(bucket), -1, str(at))


def _bucket(scope: str, key: bytes) -> bytes:
    return hashlib.sha256(f"{scope}\x00".encode() + key).digest()


def _begin(now: datetime, per: timedelta) -> int:
    """The first stamp that is not older than `per`."""
    return _stamp(now - per + timedelta(milliseconds=1))


def _name(bucket: bytes) -> bytes:
    return b"throttle:" + bucket


@lru_cache(maxsize=4)
def _script(url: str, source: str = SCRIPT) -> Script:
    once_more = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))  # an idle connection may be stale
    client = redis.Redis.from_url(url, socket_connect_timeout=0.3, socket_timeout=0.5, retry=once_more)
    return client.register_script(source)


def _ask_database(
    bucket: bytes, at: int, begins: int, limit: int, *, expires_at: datetime, hits: Sequence[int] = ()
) -> bool:
    """The same with a row. `hits` are those that Redis has let through, with this one.

    The first statement makes the row or locks it, so that no two processes read the same count.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO privacy_throttlelog (bucket, hits, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (bucket) DO UPDATE SET expires_at = excluded.expires_at RETURNING hits",
            [_binary(bucket), _binary(b""), connection.ops.adapt_datetimefield_value(expires_at)],
        )
        stored = Counter(_unpack(bytes(cursor.fetchone()[0])))
        together = stored | Counter(hits or [at])
        recent = sorted(hit for hit in together.elements() if hit >= begins)
        passed = len(recent) <= limit
        if passed:
            packed = _binary(struct.pack(f"<{len(recent)}q", *recent))
            cursor.execute("UPDATE privacy_throttlelog SET hits = %s WHERE bucket = %s", [packed, _binary(bucket)])
    return passed


def _ask_database_for_many(asked: Sequence[tuple[bytes, int, Hit]], at: int, now: datetime) -> list[bool]:
    """The rows are made or locked in one order, so that two processes never wait for each other in a ring."""
    rows = sorted(asked, key=lambda row: row[0])
    ends = {bucket: connection.ops.adapt_datetimefield_value(now + hit.per) for bucket, _begins, hit in rows}
    insert = "INSERT INTO privacy_throttlelog (bucket, hits, expires_at) VALUES "
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            insert
            + ", ".join(["(%s, %s, %s)"] * len(rows))
            + " ON CONFLICT (bucket) DO UPDATE SET expires_at = excluded.expires_at RETURNING bucket, hits",
            [value for bucket, _, _ in rows for value in (_binary(bucket), _binary(b""), ends[bucket])],
        )
        stored = {bytes(bucket): _unpack(bytes(hits)) for bucket, hits in cursor.fetchall()}
        written: dict[bytes, list[int]] = {}
        for bucket, begins, hit in rows:
            recent = [hit_at for hit_at in stored[bucket] if hit_at >= begins]
            if len(recent) < hit.limit:
                written[bucket] = [*recent, at]
        if written:
            cursor.execute(
                insert
                + ", ".join(["(%s, %s, %s)"] * len(written))
                + " ON CONFLICT (bucket) DO UPDATE SET hits = excluded.hits",
                [
                    value
                    for bucket, hits in written.items()
                    for value in (_binary(bucket), _binary(struct.pack(f"<{len(hits)}q", *hits)), ends[bucket])
                ],
            )
    return [bucket in written for bucket, _begins, _hit in asked]


def _unpack(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}q", packed)


def _binary(value: bytes) -> Any:
    driver: Any = connection
    return driver.Database.Binary(value)


def _stamp(moment: datetime) -> int:
    """The first stamp of this millisecond."""
    return int(moment.timestamp() * 1000) << RANDOM_BITS
