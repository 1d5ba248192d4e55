"""Logs without people in them: what every line is put through before it is written.

Messages lose addresses, tokens, codes and network addresses. An exception is written as its class and its frames; its
words are withheld, because a database or a mail server puts the values of rows into them, unless they are ours.
"""

import copy
import ipaddress
import logging
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

# Exceptions whose words are sentences of ours, or say nothing of any row; their subclasses too.
SPEAKING = {
    "accounts.exceptions.AccountsError",
    "campaigns.exceptions.CampaignsError",
    "demo.exceptions.LoadRefused",
    "letters.exceptions.LettersError",
    "petitions.exceptions.PetitionsError",
    "statements.exceptions.StatementsError",
    "privacy.crypto.Undecryptable",
    "privacy.erasure.ErasureRefused",
    "django.core.exceptions.DisallowedHost",
    "django.core.exceptions.ImproperlyConfigured",
    "django.core.management.base.CommandError",
    "django.template.exceptions.TemplateDoesNotExist",
    "django.urls.exceptions.NoReverseMatch",
    "ImportError",
    "NotImplementedError",
    "RecursionError",
}
WITHHELD = "(its words are withheld)"
MAX_FRAMES = 60
# Celery puts these into its lines as text.
FOREIGN_WORDS = {"exc", "traceback", "args", "kwargs", "argsrepr", "kwargsrepr", "return_value"}

_TRACEBACK = "Traceback (most recent call last):"
_LINKS = ("The above exception was", "During handling of the above")
_ADDRESS = re.compile(r"\S+(?:@|%40|＠)\S+")
_TOKEN_PATH = re.compile(
    r"(/(?:signatures|personal|join|unsubscribe|invitation|new-password|previews?|embargo)/)[^/\s?#\"'<>]+"
)
_LONG = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{20,}={0,2}")
_PLAIN_LONG = re.compile(  # a digest, a UUID, words_of_code, words-of-a-path, CamelCase
    r"[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|_*(?:\d+[_-])?[a-z]+(?:[_-]+[a-z0-9]+)*|[A-Z_]+|(?:[A-Z][a-z]+)+"
)
_CODE = re.compile(r"(?<![\w.])(?:\d{6,8}|\d{4}[ -]\d{4}|\d{3}[ -]\d{3})(?![\w.])")
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%\w+)?")


def redact(text: str, *, codes: bool = True) -> str:
    """The text without addresses, tokens, codes, network addresses and the words in a traceback.

    `codes` off leaves plain numbers.
    """
    if _TRACEBACK in text:
        text = "\n".join(_without_words(text.splitlines()))
    text = _ADDRESS.sub("<address>", text)
    text = _TOKEN_PATH.sub(r"\1<token>", text)
    text = _LONG.sub(lambda found: found[0] if _PLAIN_LONG.fullmatch(found[0]) else "<token>", text)
    if codes:
        text = _CODE.sub("<code>", text)
    text = _IPV6.sub(_without_network, text)
    return _IPV4.sub(_without_network, text)


def describe(exc: BaseException) -> str:
    """The class of an exception with what is certainly not about a person."""
    name = _name(type(exc))
    if any(_name(kind) in SPEAKING for kind in type(exc).__mro__):
        return f"{name}: {redact(str(exc), codes=False)}"
    diagnosis = getattr(exc, "diag", None)  # psycopg: names of the schema
    said = {
        "errno": getattr(exc, "errno", None),
        "code": getattr(exc, "smtp_code", None) or getattr(exc, "sqlite_errorname", None),
        "state": getattr(exc, "sqlstate", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
    }
    known = "".join(f" {key}={value}" for key, value in said.items() if isinstance(value, str | int))
    return f"{name}{known} {WITHHELD}"


class RedactingFormatter(logging.Formatter):
    """The formatter of every handler; its times are in UTC and say so."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)
        shown.msg, shown.args, shown.exc_text = _message(record), (), None
        return super().format(shown)

    def formatException(self, ei: Any) -> str:
        _type, exc, traceback = ei
        return "\n".join(_lines(exc, traceback)) if exc is not None else ""

    def formatStack(self, stack_info: str) -> str:
        return "\n".join(line for line in stack_info.splitlines() if line.lstrip().startswith(("Stack", "File ")))


def log_what_nobody_caught() -> None:
    """Bring exceptions that end a thread or the process into the log, instead of Python's own words on the terminal."""
    logger = logging.getLogger("uncaught")

    def process(kind: type[BaseException], exc: BaseException, traceback: TracebackType | None) -> None:
        if isinstance(exc, KeyboardInterrupt):
            sys.__excepthook__(kind, exc, traceback)
        else:
            logger.critical("the process ends", exc_info=(kind, exc, traceback))

    def thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            name = args.thread.name if args.thread else "?"
            exc_info = (args.exc_type, args.exc_value, args.exc_traceback)
            logger.critical("thread %s ends", name, exc_info=exc_info)

    def unraisable(args: Any) -> None:
        exc_info = (args.exc_type, args.exc_value, args.exc_traceback) if args.exc_value else None
        logger.error("an exception could not be raised", exc_info=exc_info)

    sys.excepthook, threading.excepthook, sys.unraisablehook = process, thread, unraisable


def _message(record: logging.LogRecord) -> str:
    """The message with its arguments made safe one by one: a number stays, words are redacted."""
    if not record.args:
        return redact(_safe(record.msg) if isinstance(record.msg, BaseException) else str(record.msg))
    try:
        if isinstance(record.args, dict):
            args: Any = {key: _foreign(key, value) for key, value in record.args.items()}
        else:
            args = tuple(_safe(value) for value in record.args)
        return redact(str(record.msg) % args, codes=False)
    except (TypeError, ValueError, KeyError):  # logging itself would print the arguments as they are
        return f"{redact(str(record.msg))} (its arguments do not fit and are withheld)"


def _foreign(key: str, value: Any) -> Any:
    if key not in FOREIGN_WORDS:
        return _safe(value)
    if key == "exc":
        kind = re.match(r"[\w.]+", str(value))
        return f"{kind[0] if kind else ''} {WITHHELD}"
    return ""


def _safe(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, type):
        return _name(value)
    return redact(str(value))


def _lines(exc: BaseException, traceback: TracebackType | None, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """What came before, then the frames, then the class."""
    seen |= {id(exc)}
    before = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, before.__traceback__, seen)
        yield "which led to:" if exc.__cause__ else "while this was handled:"
    yield "Traceback (most recent call last):"
    yield from list(_frames(traceback))[-MAX_FRAMES:]
    yield describe(exc)
    if isinstance(exc, BaseExceptionGroup):
        for part in exc.exceptions:
            yield from (f"  | {line}" for line in _lines(part, part.__traceback__, seen))


def _frames(traceback: Any) -> Iterator[str]:
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f'  File "{code.co_filename}", line {traceback.tb_lineno}, in {code.co_name}'
        traceback = traceback.tb_next


def _without_words(lines: list[str]) -> Iterator[str]:
    """A traceback that came as text: its frames and classes. Nobody can say where the words of an exception end."""
    inside = False
    for line in lines:
        inside = inside or _TRACEBACK in line
        if not inside or _TRACEBACK in line or line.lstrip().startswith('File "') or line.startswith(_LINKS):
            yield line
        elif kind := re.match(r"[A-Za-z_][\w.]*(?=:|$)", line):
            yield f"{kind[0]} {WITHHELD}"


def _without_network(found: re.Match[str]) -> str:
    try:
        address = ipaddress.ip_address(found[0].rstrip(".").partition("%")[0])
    except ValueError:
        return found[0]
    return found[0] if address.is_loopback or address.is_unspecified else "<network>"


def _name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
