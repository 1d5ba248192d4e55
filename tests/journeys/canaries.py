"""What a thief of the database, of Redis, of the files and of the logs would read, searched for what was planted."""

import base64
import binascii
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import redis
from psycopg import sql

from tests.journeys.site import Site

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")


class Listener:
    """Hears every command that Redis is given, task messages included, from `with` to its end."""

    def __init__(self, url: str) -> None:
        self.heard: list[bytes] = []
        self._client = redis.Redis.from_url(url)
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._client.close()

    def _listen(self) -> None:
        with suppress(redis.RedisError, OSError, ValueError), self._client.monitor() as monitor:
            for command in monitor.listen():
                self.heard.append(str(command["command"]).encode())


def find(site: Site, planted: dict[str, str], listener: Listener) -> list[str]:
    """Where which of the `planted` values, by its name, stands readable: as text, in hex, in base64, or escaped."""
    spellings = {name: list(_spellings(value)) for name, value in planted.items()}
    found = []
    for place, content in _everything(site, listener):
        text = content.lower()
        text += b"\n".join(_decoded(content)).lower()
        found += [f"{name} in {place}" for name, ways in spellings.items() if any(way in text for way in ways)]
    return sorted(set(found))


def _spellings(value: str) -> Iterator[bytes]:
    raw = value.lower().encode()
    yield raw
    yield raw.hex().encode()
    yield value.lower().encode("ascii", "backslashreplace")


def _decoded(content: bytes) -> Iterator[bytes]:
    """What base64 in it says: messages of Celery carry their arguments so."""
    for match in _BASE64.findall(content):
        with suppress(binascii.Error, ValueError):
            yield base64.b64decode(match.translate(bytes.maketrans(b"-_", b"+/")))


def _everything(site: Site, listener: Listener) -> Iterable[tuple[str, bytes]]:
    yield "the logs", site.output.encode()
    for file in (site.folder / "var").rglob("*"):
        if file.is_file() and "static" not in file.parts:
            yield f"the file {file.name}", file.read_bytes()
    yield "a command to Redis", b"\n".join(listener.heard)
    client = redis.Redis.from_url(site.environment["REDIS_URL"])
    for key in client.scan_iter():
        yield "a key of Redis", key + b"\n" + _value(client, key)
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            query = sql.SQL("SELECT row::text FROM {} AS row").format(sql.Identifier(table))
            yield f"the table {table}", "\n".join(row for (row,) in connection.execute(query)).encode()


def _value(client: Any, key: bytes) -> bytes:
    """The content of a key of any type."""
    readers = {
        b"string": lambda: [client.get(key)],
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: [part for pair in client.hgetall(key).items() for part in pair],
    }
    kind = client.type(key)
    return b"\n".join(part or b"" for part in readers[kind]()) if kind in readers else b""
