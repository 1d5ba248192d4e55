"""Outcry as a newcomer or a server runs it: real processes on a free port, with their own database, files and mail."""

import email.policy
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psutil
import psycopg
from aiosmtpd.controller import Controller

from tests.processes import free_port, start_process, stop_process, tail
from tests.servers import REPOSITORY, Redis

START_LIMIT = 60  # seconds until /healthz has to answer
STOP_LIMIT = 30  # seconds that the message in hand may take


def wait_for(condition: Callable[[], Any], *, seconds: float = 20, what: str = "") -> Any:
    """Ask again and again until the answer is true, and return it; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds} s in vain for {what or condition}.")
        time.sleep(0.1)


class Postbox:
    """A real mail server on loopback that keeps what it is given; `refuse` makes it answer like a broken one."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse = ""  # "451 try again later", say
        self.refused = 0
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self.url = f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuse:
            self.refused += 1
            return self.refuse
        message = message_from_bytes(envelope.content, policy=email.policy.default)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 kept"


@dataclass
class Site:
    """One running Outcry. `start` and `stop` may be called again and again; the data stays."""

    folder: Path  # database (on SQLite), var, log
    environment: dict[str, str] = field(repr=False)
    postbox: Postbox | None = None  # None: mail is files under var/mail
    redis: Redis | None = None  # None: the broker is embedded
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return self.environment["SITE_URL"]

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def output(self) -> str:
        """Everything that setup and the processes have printed."""
        return self.log.read_text(errors="replace")

    @property
    def has_died(self) -> bool:
        """Whether it ended without being told to."""
        return self.process is not None and self.process.poll() is not None

    def start(self) -> None:
        """Start web, worker and beat by `manage.py up` and wait until the site is healthy."""
        command: list[str | Path] = [sys.executable, REPOSITORY / "manage.py", "up"]
        with self.log.open("ab") as stream:
            self.process = start_process(command, log=stream, cwd=REPOSITORY, env=self.environment)
        deadline = time.monotonic() + START_LIMIT
        while not self._is_healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"`manage.py up` did not become healthy:\n{tail(self.log)}")
            time.sleep(0.1)

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:  # noqa: S310 our own address
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> int | None:
        """SIGTERM, as a service manager does; then whatever is left of the site's own processes. The exit code."""
        if self.process is None:
            return None
        family = self._family()
        code = stop_process(self.process, patience=STOP_LIMIT)
        self._kill(family)
        return code

    def kill(self) -> None:
        """kill -9 for every process of the site at once."""
        if self.process is not None:
            self._kill(self._family())

    def mend(self) -> None:
        """Start again what does not run, and let the mail server take everything."""
        if self.postbox:
            self.postbox.refuse = ""
        if self.redis and not self.redis.is_running:
            self.redis.start()
        if self.process is None or self.has_died:
            self.start()

    def close(self) -> None:
        """Stop everything for good, however far it had got."""
        self.stop()
        if self.postbox:
            self.postbox.controller.stop()
        if self.redis:
            self.redis.stop()

    def _family(self) -> list[psutil.Process]:
        """`manage.py up` and all that it has started, which may lead process groups of their own."""
        if self.process is None or self.process.poll() is not None:
            return []
        leader = psutil.Process(self.process.pid)
        return [leader, *leader.children(recursive=True)]

    def _kill(self, family: list[psutil.Process]) -> None:
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=STOP_LIMIT)
        if self.process:
            self.process.wait()
        self.process = None

    def manage(self, *arguments: str) -> str:
        """What a command prints, run on this site's data; a failing command fails the test."""
        done = subprocess.run(
            [sys.executable, REPOSITORY / "manage.py", *arguments],
            env=self.environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the site's own database answers: a look costs milliseconds, where a `manage` costs seconds."""
        url = self.environment["DATABASE_URL"]
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=START_LIMIT)) as file, file:
                return file.execute(statement).fetchall()
        with psycopg.connect(url) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []

    def mails(self, *, to: str = "", subject: str = "") -> list[EmailMessage]:
        """What has been sent, oldest first; `to` and `subject` are parts to look for."""
        if self.postbox:
            messages = list(self.postbox.messages)
        else:
            files = sorted(
                Path(self.environment["VAR_DIR"], "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime
            )
            messages = [message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [message for message in messages if to in str(message["To"]) and subject in str(message["Subject"])]

    def wait_for_mail(self, *, to: str, subject: str = "", seconds: float = 20) -> EmailMessage:
        """The newest mail to somebody, as soon as there is one."""
        return wait_for(lambda: self.mails(to=to, subject=subject), seconds=seconds, what=f"mail to {to}")[-1]


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    part = message.get_body(["plain"])
    assert part is not None, "the mail has no plain text"
    return part.get_content()
