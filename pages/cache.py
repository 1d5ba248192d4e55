"""The page cache: answers before session, language and database, with bytes already compressed."""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_max_age

MAX_BYTES = 32_000_000  # of bodies kept; the page not asked for longest goes first
COMPRESSED_TYPES = ("text/", "application/json", "image/svg+xml", "application/atom+xml")
RENDER_WAIT = 10.0  # seconds that others wait for the one who renders a page nobody has yet


COMPRESS: dict[str, Callable[[bytes], bytes]] = {  # by Content-Encoding, the best first
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, compresslevel=6, mtime=0),
}


@dataclass(frozen=True)
class _Entry:
    """One page as it is sent: headers, plain and compressed bodies, and until when."""

    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]  # by Content-Encoding, compressed when somebody first asks for it; "" is plain
    is_compressible: bool
    etag: str
    fresh_until: float
    stale_until: float  # for the others while one renders it anew

    @property
    def size(self) -> int:
        """Bytes, of which a page takes up no more with all its encodings."""
        return len(self.bodies[""]) * (2 if self.is_compressible else 1)

    def body(self, encoding: str) -> bytes:
        found = self.bodies.get(encoding)
        if found is None:
            found = self.bodies[encoding] = COMPRESS[encoding](self.bodies[""])
        return found


class PageCacheMiddleware:
    """Keeps what a view declared public (privacy.public.public_page), for the max-age it says, in this process.

    Public views read no query string, so neither does the key: an invented one costs nothing. One request
    renders; meanwhile the others are given the old bytes while these are hardly older, or else wait for it.
    Nothing here can fail because a cache server is down: there is none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.entries: OrderedDict[str, _Entry] = OrderedDict()
        self.size = 0
        self.renderers: dict[str, threading.Lock] = {}
        self.guard = threading.Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not settings.PAGE_CACHE_SECONDS:
            return self.get_response(request)
        key = f"{request.scheme}:{request.path}"
        entry = self._kept(key)
        if entry and time.monotonic() < entry.fresh_until:
            return _answer(request, entry)
        with self.guard:
            renderer = self.renderers.setdefault(key, threading.Lock())
        if entry and time.monotonic() >= entry.stale_until:
            entry = None
        mine = renderer.acquire(blocking=entry is None, timeout=RENDER_WAIT if entry is None else -1)
        if not mine and entry:
            return _answer(request, entry)
        try:
            fresh = self._kept(key)  # whoever rendered while this request waited has left it here
            if fresh and time.monotonic() < fresh.fresh_until:
                return _answer(request, fresh)
            return self._render(request, key)
        finally:
            if mine:
                with self.guard:
                    self.renderers.pop(key, None)
                renderer.release()

    def _render(self, request: HttpRequest, key: str) -> HttpResponse:
        response = self.get_response(request)
        if not _is_public(response):
            return response
        # A visitor who brought a cookie of the desk along gets the same page, and the cookie stays where it was.
        response.cookies.clear()
        del response.headers["Vary"]
        entry = _entry(response)
        self._keep(key, entry)
        return _answer(request, entry)

    def _kept(self, key: str) -> _Entry | None:
        with self.guard:
            entry = self.entries.get(key)
            if entry:
                self.entries.move_to_end(key)
            return entry

    def _keep(self, key: str, entry: _Entry) -> None:
        with self.guard:
            old = self.entries.pop(key, None)
            self.entries[key] = entry
            self.size += entry.size - (old.size if old else 0)
            while self.size > MAX_BYTES and len(self.entries) > 1:
                _key, oldest = self.entries.popitem(last=False)
                self.size -= oldest.size


def _is_public(response: HttpResponse) -> bool:
    """Only a plain 200 whose view declared it the same for everybody."""
    return (
        response.status_code == 200
        and not response.streaming
        and response.headers.get("Cache-Control", "").startswith("public")
    )


def _entry(response: HttpResponse) -> _Entry:
    body = response.content
    is_compressible = response.headers.get("Content-Type", "").startswith(COMPRESSED_TYPES)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = [(name, value) for name, value in response.items() if name != "Content-Length"]
    control = response.headers["Cache-Control"]
    said = get_max_age(response)
    fresh_until = time.monotonic() + (settings.PAGE_CACHE_SECONDS if said is None else said)
    # As long as `public_page` tells others: a page nobody asked for in an hour is not given an hour late.
    stale = 0 if "must-revalidate" in control else settings.PAGE_CACHE_SECONDS
    return _Entry(headers, {"": body}, is_compressible, etag, fresh_until, stale_until=fresh_until + stale)


def _answer(request: HttpRequest, entry: _Entry) -> HttpResponse:
    accepted = _accepted(request.headers.get("Accept-Encoding", ""))
    encoding = next((name for name in COMPRESS if name in accepted), "") if entry.is_compressible else ""
    weak = f"W/{entry.etag}"  # the same page under another encoding
    if weak in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(entry.body(encoding))
        response.fresh_until = entry.fresh_until  # type: ignore[attr-defined]  # for pages.kept
    for name, value in entry.headers:
        response.headers[name] = value
    response.headers["ETag"] = weak
    if entry.is_compressible:
        response.headers["Vary"] = "Accept-Encoding"
    if encoding and response.status_code == 200:
        response.headers["Content-Encoding"] = encoding
    return response


def _accepted(header: str) -> set[str]:
    """The encodings of an Accept-Encoding header that are not refused by `q=0`."""
    names = set()
    for part in header.lower().split(","):
        name, _, quality = part.partition(";")
        if quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            names.add(name.strip())
    return names
