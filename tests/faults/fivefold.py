"""The Celery application of the product, except that each message it publishes is published five times."""

from typing import Any

from config.celery import app

COPIES = 5
_publish = app.amqp.send_task_message


def _five_times(*args: Any, **kwargs: Any) -> Any:
    return [_publish(*args, **kwargs) for _ in range(COPIES)][-1]


app.amqp.send_task_message = _five_times  # type: ignore[misc]
