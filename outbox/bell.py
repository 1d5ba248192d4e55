"""Ringing the bell: telling a worker that there is something to do.

The row is the message, so a lost ring costs seconds. A bell without arguments says only "look": while many ring it, a
process passes on the first at once and then one for all within QUIET, because a ring costs more than a row.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

QUIET = 0.3  # seconds between two rings of one bell by one process

_muted: ContextVar[bool] = ContextVar("muted", default=False)


@contextmanager
def muted() -> Iterator[None]:
    """Call no worker from this block: for what writes many rows at once and settles them itself."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def ring(task: Task, *args: Any) -> None:
    """After the commit, ask a worker to run `task`; an absent broker is logged and forgiven (the sweeper comes by)."""
    if not _muted.get():
        transaction.on_commit(lambda: _ring_now(task, args))


class _Rung:
    """When each bell without arguments was passed on last, on the clock of time.monotonic(), and which wait."""

    lock = threading.Lock()
    at: dict[str, float] = {}
    waiting: set[str] = set()


def _ring_now(task: Task, args: tuple[Any, ...]) -> None:
    if args:
        _pass_on(task, args)
        return
    with _Rung.lock:
        wait = _Rung.at.get(task.name, 0.0) + QUIET - time.monotonic()
        if task.name in _Rung.waiting:
            return
        if wait > 0:
            _Rung.waiting.add(task.name)
        else:
            _Rung.at[task.name] = time.monotonic()
    if wait > 0:
        later = threading.Timer(wait, _ring_for_all, [task])
        later.daemon = True
        later.start()
    else:
        _pass_on(task, args)


def _ring_for_all(task: Task) -> None:
    with _Rung.lock:
        _Rung.waiting.discard(task.name)
        _Rung.at[task.name] = time.monotonic()
    _pass_on(task, ())


def _pass_on(task: Task, args: tuple[Any, ...]) -> None:
    try:
        task.apply_async(args, retry=False, ignore_result=True)
    except (OperationalError, OSError) as exc:
        logger.warning("bell for %s lost: %s", task.name, type(exc).__name__)
