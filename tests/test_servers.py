"""A run proves what it says of itself: the database's vendor, a real Redis, a Chromium that starts."""

import os
import re
import subprocess

import pytest
import redis
from django.conf import settings
from django.db import connection

from tests import servers, shares


@pytest.mark.django_db
def test_the_database_is_of_the_vendor_that_the_run_claims():
    vendor = os.environ["TEST_DATABASE"]
    question = {"postgresql": "SELECT version()", "sqlite": "SELECT 'SQLite ' || sqlite_version()"}[vendor]
    with connection.cursor() as cursor:
        cursor.execute(question)
        (answer,) = cursor.fetchone()
    print(answer)  # noqa: T201 shown by pytest -s, and when this fails
    assert connection.vendor == vendor
    product, version, *_ = answer.split()
    assert f"{product} {version}" in os.environ["TEST_DATABASE_VERSION"]
    if vendor == "sqlite":  # in a file and with WAL, as the product uses it
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)


def test_redis_is_redis():
    with redis.Redis.from_url(os.environ["TEST_REDIS_URL"], decode_responses=True) as client:
        assert client.ping()
        server = client.info("server")
        assert re.fullmatch(r"\d+\.\d+\.\d+", server["redis_version"])
        assert server["process_id"] != os.getpid()
        key = f"test-servers:{os.getpid()}"
        client.rpush(key, "first", "second")
        assert client.blpop([key], timeout=1) == (key, "first")
        client.delete(key)


def test_unit_tests_use_the_embedded_broker_and_no_developers_settings():
    assert "REDIS_URL" not in os.environ
    assert "EMAIL_URL" not in os.environ
    assert os.environ["SECRET_KEY"] == settings.SECRET_KEY
    assert settings.SITE_URL == "http://testserver"
    assert not settings.DEBUG


def test_chromium_is_there_and_starts():
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    page = "data:text/html,<title>Outcry</title><p id=p></p><script>p.textContent = 6 * 7</script>"
    answer = subprocess.run(
        [servers.chromium_path(), *switches, "--dump-dom", page], capture_output=True, text=True, check=True, timeout=60
    )
    assert '<p id="p">42</p>' in answer.stdout


def test_every_share_of_the_tests_is_there():
    """A file that was renamed would change its database in silence."""
    assert [name for name in (*shares.ON_SQLITE, *shares.ON_BOTH) if not (shares.TESTS / name).exists()] == []
    assert shares.is_for("sqlite", shares.TESTS / "access/test_matrix.py")
    assert not shares.is_for("postgresql", shares.TESTS / "access/test_matrix.py")
    assert shares.is_for("postgresql", shares.TESTS / "journeys/test_letters.py")
    assert not shares.is_for("sqlite", shares.TESTS / "journeys/test_letters.py")
