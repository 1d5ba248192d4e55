"""One process for everything: waitress serves, the Celery worker and beat are threads beside it.

The broker lives in this process's memory, so there must be only one of them; a lost bell costs
seconds, because every tick looks for rows that are due.
"""

import logging
import os
import signal
import threading
from types import FrameType

from celery import Celery
from celery.beat import Service
from waitress.server import create_server

from config.celery import QUEUES, app
from config.wsgi import application
from outbox import sending

DRAIN_SECONDS = 10
WEB_THREADS = 8
WORKER_THREADS = 3  # more than settings.MAIL_LINES
MAX_BODY = 11_000_000  # bytes; the middleware refuses less in words, this bounds what is written to disk

logger = logging.getLogger(__name__)


class EmbeddedWorker:
    """A Celery worker and beat as threads of this process."""

    def __init__(self, celery: Celery):
        self.worker = celery.WorkController(
            pool="threads",
            concurrency=WORKER_THREADS,
            queues=list(QUEUES),
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        self.clock = Service(celery, max_interval=1, scheduler_cls=celery.conf.beat_scheduler)
        self.threads = [
            threading.Thread(target=self.worker.start, name="worker", daemon=True),
            threading.Thread(target=self.clock.start, name="beat", daemon=True),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Take no more tasks and wait up to DRAIN_SECONDS for those in hand."""
        sending.stop_requested.set()
        self.clock.stop()
        stopper = threading.Thread(target=self.worker.stop, daemon=True)
        stopper.start()
        stopper.join(DRAIN_SECONDS)
        if stopper.is_alive():
            logger.error("The task in hand did not end within %s seconds.", DRAIN_SECONDS)


def run(host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then finish the message in hand within DRAIN_SECONDS.

    A second signal ends the process at once.
    """
    server = create_server(
        application,
        host=host,
        port=port,
        threads=WEB_THREADS,
        ident=None,
        clear_untrusted_proxy_headers=False,
        max_request_body_size=MAX_BODY,
    )
    worker = EmbeddedWorker(app)
    worker.start()
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    server.run()  # returns when the handler raises SystemExit
    worker.stop()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, _end_now)
    signal.signal(signal.SIGINT, _end_now)
    raise SystemExit(0)


def _end_now(signum: int, frame: FrameType | None) -> None:
    os._exit(1)
