"""Web, worker and beat as processes of their own, started, watched and ended together."""

import logging
import signal
import subprocess
import sys
import threading
from types import FrameType

from config.celery import QUEUES

END_SECONDS = 15
RESTART_AFTER = 1.0

logger = logging.getLogger(__name__)


def commands(host: str, port: int, workers: int) -> dict[str, list[str]]:
    """The command line of each process, by name; also what a service manager would run."""
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "config"]
    return {
        "web": [
            *(python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *(
                "--workers",
                str(workers),
                "--blocking-threads",
                "4",
                "--log-level",
                "warning",
                "config.wsgi:application",
            ),
        ],
        "worker": [
            *(*celery, "worker", "--pool", "threads", "--concurrency", "4", "--queues", ",".join(QUEUES)),
            *("--without-gossip", "--without-mingle", "--loglevel", "warning"),
        ],
        "beat": [*celery, "beat", "--loglevel", "warning"],
    }


def run(host: str, port: int, *, workers: int) -> None:
    """Run all three until SIGINT or SIGTERM; one that dies by itself is started again after a second."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    lines = commands(host, port, workers)
    running = {name: _start(line) for name, line in lines.items()}
    while not stopping.wait(RESTART_AFTER):
        for name, process in running.items():
            if process.poll() is not None:
                logger.error("%s ended with %s; starting it again", name, process.returncode)
                running[name] = _start(lines[name])
    for process in running.values():
        process.send_signal(signal.SIGTERM)
    for name, process in running.items():
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            logger.error("%s did not end within %s seconds", name, END_SECONDS)
            process.kill()


def _start(line: list[str]) -> subprocess.Popen[bytes]:
    # Its own process group: Ctrl-C at the terminal reaches it through us alone, once.
    return subprocess.Popen(line, start_new_session=True)  # noqa: S603 (our own command lines)
