"""What lies in Redis is data (docs/asvs.md, V1.5.2)."""

import os
import pickle
import uuid

import pytest
import redis

from config.cache import FailOpenRedisCache


class Planted:
    """Runs when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("code from Redis ran",))


@pytest.fixture
def cache():
    return FailOpenRedisCache(os.environ["TEST_REDIS_URL"], {"KEY_PREFIX": uuid.uuid4().hex})


def test_values_come_back_as_data(cache):
    for value in ("text", 7, True, {"a": [1, None]}, ["pause_signing"]):
        cache.set("value", value, 60)
        assert cache.get("value") == value
    cache.set("value", {"pause_signing", "pause_sending"}, 60)
    assert sorted(cache.get("value")) == ["pause_sending", "pause_signing"]
    assert cache.get("nothing", "default") == "default"


def test_who_can_write_to_redis_runs_nothing(cache):
    cache.set("value", "ours", 60)
    with redis.Redis.from_url(os.environ["TEST_REDIS_URL"]) as client:
        client.set(cache.make_and_validate_key("value"), pickle.dumps(Planted()))
    assert cache.get("value") is None
