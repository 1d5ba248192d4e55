"""The page cache: answers before session, language and database, with bytes already compressed."""

import gzip
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

MAX_ENTRIES = 2_000
COMPRESSED_TYPES = ("text/", "application/json", "image/svg+xml", "application/atom+xml")
WAIT_FOR_RENDER = 10.0  # seconds that others wait for the one who renders


@dataclass
class _Entry:
    """One page as it is sent: headers, plain and compressed bodies, and until when."""

    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]  # by Content-Encoding; "" is plain
    etag: str
    fresh_until: float
    renderer: threading.Lock = field(default_factory=threading.Lock)


class PageCacheMiddleware:
    """Keeps what a view declared public (privacy.public.public_page), for PAGE_CACHE_SECONDS, in this process.

    A stale page is rendered again by one request while the others are still given the old bytes.
    Nothing here can fail because a cache server is down: there is none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.entries: dict[str, _Entry] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not settings.PAGE_CACHE_SECONDS:
            return self.get_response(request)
        key = f"{request.scheme}:{request.get_full_path()}"
        entry = self.entries.get(key)
        if entry is None:
            return self._render(request, key)
        if time.monotonic() < entry.fresh_until or not entry.renderer.acquire(blocking=False):
            return _answer(request, entry)
        try:
            return self._render(request, key)
        finally:
            entry.renderer.release()

    def _render(self, request: HttpRequest, key: str) -> HttpResponse:
        response = self.get_response(request)
        if not _is_public(response):
            self.entries.pop(key, None)
            return response
        entry = _entry(response)
        if len(self.entries) >= MAX_ENTRIES:
            self.entries.clear()
        self.entries[key] = entry
        return _answer(request, entry)


def _is_public(response: HttpResponse) -> bool:
    """Only a plain 200 that says so, sets no cookie and varies by nothing of the visitor."""
    return (
        response.status_code == 200
        and not response.streaming
        and response.headers.get("Cache-Control", "").startswith("public")
        and not response.cookies
        and not response.has_header("Vary")
    )


def _entry(response: HttpResponse) -> _Entry:
    body = response.content
    bodies = {"": body}
    if response.headers.get("Content-Type", "").startswith(COMPRESSED_TYPES):
        bodies["br"] = brotli.compress(body, quality=5)
        bodies["gzip"] = gzip.compress(body, compresslevel=6, mtime=0)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = [(name, value) for name, value in response.items() if name != "Content-Length"]
    return _Entry(headers, bodies, etag, time.monotonic() + settings.PAGE_CACHE_SECONDS)


def _answer(request: HttpRequest, entry: _Entry) -> HttpResponse:
    accepted = request.headers.get("Accept-Encoding", "")
    encoding = next((name for name in ("br", "gzip") if name in accepted and name in entry.bodies), "")
    weak = f"W/{entry.etag}"  # the same page under another encoding
    if weak in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(entry.bodies[encoding])
    for name, value in entry.headers:
        response.headers[name] = value
    response.headers["ETag"] = weak
    if len(entry.bodies) > 1:
        response.headers["Vary"] = "Accept-Encoding"
    if encoding and response.status_code == 200:
        response.headers["Content-Encoding"] = encoding
    return response
