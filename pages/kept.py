"""The answers of the page cache, given again before Django begins: most of what a kept page costs is the way to it."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

MAX_ANSWERS = 1_000
MAX_KEY = 600  # characters of what is asked; longer ones go the usual way

# All that an answer of the page cache can depend on: the front door looks at host and scheme, the cache at path and
# encoding. Whoever sends If-None-Match goes the usual way.
ASKED = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "SERVER_PORT",
    "SCRIPT_NAME",
    "PATH_INFO",
    "HTTP_ACCEPT_ENCODING",
)

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class _Answer:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    fresh_until: float  # on the clock of time.monotonic()


class KeptAnswers:
    """A WSGI application around Django's that repeats an answer to the very same question while its page is fresh.

    Only what the page cache marked (`fresh_until`) is repeated, and no longer than the page itself would be: what
    holds of the cache holds here.
    """

    def __init__(self, application: Application):
        self.application = application
        self.answers: dict[tuple[str, ...], _Answer] = {}
        self.guard = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_IF_NONE_MATCH" in environ:
            return self.application(environ, start_response)
        asked = tuple([environ.get(name, "") for name in ASKED])
        answer = self.answers.get(asked)
        if answer and time.monotonic() < answer.fresh_until:
            start_response(answer.status, answer.headers.copy())
            return [answer.body]
        response: Any = self.application(environ, start_response)
        fresh_until = getattr(response, "fresh_until", None)
        if fresh_until is not None and sum(map(len, asked)) <= MAX_KEY:
            status = f"{response.status_code} {response.reason_phrase}"
            self._keep(asked, _Answer(status, list(response.items()), response.content, fresh_until))
        return response

    def _keep(self, asked: tuple[str, ...], answer: _Answer) -> None:
        with self.guard:
            self.answers.pop(asked, None)
            self.answers[asked] = answer
            while len(self.answers) > MAX_ANSWERS:
                del self.answers[next(iter(self.answers))]  # the oldest
