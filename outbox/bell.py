"""Ringing the bell: telling a worker that there is something to do.

The row is the message, so a lost ring costs seconds.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

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


def _ring_now(task: Task, args: tuple[Any, ...]) -> None:
    try:
        task.apply_async(args, retry=False, ignore_result=True)
    except (OperationalError, OSError) as exc:
        logger.warning("bell for %s lost: %s", task.name, type(exc).__name__)
