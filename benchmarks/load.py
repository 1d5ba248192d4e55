"""A driver over plain sockets that costs little beside the server it drives: closed loop, or open at a fixed rate."""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Result:
    """What came back. `times`: seconds from when a request was due to its last byte, in the order of arrival."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    received: int = 0  # bytes
    broken: int = 0  # connections that ended in the middle, or were refused

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, part: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0

    def add(self, status: int, seconds: float, size: int) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.times.append(seconds)
        self.received += size


class _Connection:
    """One keep-alive connection with one request under way at most."""

    def __init__(self, port: int):
        self.port = port
        self.socket: socket.socket | None = None
        self.buffer = bytearray()
        self.due = 0.0
        self.wanted = -1  # length of the whole answer, once its head is here
        self.status = 0
        self.is_chunked = False
        self.closes = False

    def open(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.setblocking(False)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def send(self, request: bytes, due: float) -> None:
        """Requests are small: they fit the socket's buffer in one piece."""
        self.buffer.clear()
        self.due, self.wanted, self.is_chunked, self.closes = due, -1, False, False
        self.open().sendall(request)

    def is_complete(self) -> bool:
        if self.wanted < 0 and not self.is_chunked:
            end = self.buffer.find(END_OF_HEAD)
            if end < 0:
                return False
            head = bytes(self.buffer[:end]).lower()
            self.status = int(head[9:12])
            self.closes = b"\r\nconnection: close" in head
            _, found, rest = head.partition(b"\r\ncontent-length:")
            self.is_chunked = not found and b"\r\ntransfer-encoding: chunked" in head
            self.wanted = end + 4 + (int(rest.partition(b"\r\n")[0]) if found else 0)
        if self.is_chunked:
            return self.buffer.endswith(b"0\r\n\r\n")
        return len(self.buffer) >= self.wanted


def closed(port: int, requests: Iterable[bytes], *, connections: int, seconds: float) -> Result:
    """Keep so many connections busy for so long, each asking anew as soon as it was answered."""
    return _drive(port, ((0.0, request) for request in requests), connections=connections, until=seconds)


def paced(port: int, requests: Iterable[bytes], *, rate: float, seconds: float, connections: int) -> Result:
    """Send at a fixed rate (a second) whether or not answers come, for so long; then wait for what is still out.

    A time counts from when its request was due, so that a server that falls behind cannot hide it.
    """
    wanted = int(rate * seconds)
    timed = ((number / rate, request) for number, request in zip(range(wanted), requests, strict=False))
    return _drive(port, timed, connections=connections, until=seconds + 60, is_open=True)


def _drive(
    port: int, timed: Iterator[tuple[float, bytes]], *, connections: int, until: float, is_open: bool = False
) -> Result:
    result = Result()
    selector = selectors.DefaultSelector()
    free = [_Connection(port) for _ in range(connections)]
    busy: set[_Connection] = set()
    begun = time.perf_counter()
    following = next(timed, None)
    while following or busy:
        now = time.perf_counter() - begun
        if now > until:
            following = None
            if not is_open or now > until + 30:
                break
        while following and free and following[0] <= now:
            connection = free.pop()
            due = following[0] if is_open else now
            try:
                was_closed = connection.socket is None
                connection.send(following[1], due)
                if was_closed:
                    selector.register(connection.open(), selectors.EVENT_READ, connection)
                busy.add(connection)
            except OSError:
                _drop(selector, connection, result)
                free.append(connection)
            following = next(timed, None)
            now = time.perf_counter() - begun
        wait = max(0.0, min(0.05, following[0] - now)) if following and free else 0.05
        for key, _events in selector.select(wait):
            connection = key.data
            try:
                data = connection.open().recv(262_144)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                if connection in busy:
                    busy.discard(connection)
                    free.append(connection)
                    _drop(selector, connection, result)
                else:
                    _drop(selector, connection, None)
                continue
            connection.buffer += data
            if connection in busy and connection.is_complete():
                result.add(connection.status, time.perf_counter() - begun - connection.due, len(connection.buffer))
                busy.discard(connection)
                if connection.closes:
                    _drop(selector, connection, None)
                free.append(connection)
    result.seconds = time.perf_counter() - begun
    for connection in [*free, *busy]:
        connection.close()
    result.broken += len(busy) if is_open else 0
    selector.close()
    return result


def _drop(selector: selectors.BaseSelector, connection: _Connection, result: Result | None) -> None:
    if result is not None:
        result.broken += 1
    if connection.socket is not None:
        with suppress(KeyError, ValueError):  # it was never registered
            selector.unregister(connection.socket)
        connection.close()


def get(path: str, *, plain: bool = False) -> bytes:
    """A GET as bytes, as a browser asks, or for the page uncompressed."""
    encodings = [] if plain else ["Accept-Encoding: gzip, deflate, br"]
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *encodings, "", ""]
    return "\r\n".join(lines).encode()


def post(path: str, body: str, **headers: str) -> bytes:
    """A form as bytes; header names with underscores for hyphens."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *_lines(headers),
        "",
        body,
    ]
    return "\r\n".join(lines).encode()


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
