"""A Redis cache whose absence costs speed, never a page, and whose content is data, never code."""

import json
import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class JsonSerializer:
    """Values as JSON; a set comes back as a list.

    Django's own takes pickle, by which whoever can write to Redis would run code in every process.
    """

    def dumps(self, value: Any) -> str:
        return json.dumps(value, default=list)

    def loads(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError:
            logger.warning("what the cache held is not ours")
            return None


class _OneClient(RedisCacheClient):
    """Django makes a new client for each question, which costs more than the question; the pool may be shared."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.clients: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        ours: Any = self
        pool = ours._get_connection_pool(write)
        client = self.clients.get(id(pool))
        if client is None:
            client = self.clients[id(pool)] = ours._client(connection_pool=pool)
        return client


class FailOpenRedisCache(RedisCache):
    """Answers like an empty cache while Redis cannot be reached."""

    def __init__(self, server: Any, params: dict[str, Any]):
        ours = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "serializer": JsonSerializer}
        options = ours | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self._class = _OneClient

    def _or(self, missed: Any, operation: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(super(), operation)(*args, **kwargs)
        except (RedisError, OSError) as exc:
            logger.warning("cache %s missed: %s", operation, type(exc).__name__)
            return missed

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, "get", key, default, version=version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._or(None, "set", *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(True, "add", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._or(False, "delete", *args, **kwargs))
