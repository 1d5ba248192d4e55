"""The servers a benchmark runs on: databases with fsync, Redis, the product's web server, and the bare application.

Everything listens on loopback, lives in one folder under the system's, and is ended by its id when the run ends.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from config import environment
from tests import servers
from tests.processes import free_port, start_process, stop_process, tail

HERE = Path(__file__).resolve().parent.parent
START_LIMIT = 90.0  # seconds until a web server has to answer
THREADS = 8  # of waitress, as in config.embedded


class DurablePostgreSQL(servers.PostgreSQL):
    """As an installation runs it: what is committed is on the disk."""

    def _command(self, data: Path, port: int) -> list[str | Path]:
        lines = super()._command(data, port)
        unsafe = ("--fsync", "--synchronous_commit", "--full_page_writes", "--wal_level", "--max_wal_senders")
        return [line for line in lines if not str(line).startswith(unsafe)] + [
            "--shared_buffers=512MB",
            "--max_wal_size=4GB",
        ]


@dataclass
class Process:
    """Something that serves, with all its children."""

    name: str
    popen: subprocess.Popen[bytes]
    port: int = 0

    @property
    def family(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self.popen.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def cpu(self) -> float:
        """Seconds of CPU that it and its children have used."""
        return sum(_cpu_of(process) for process in self.family)

    def memory(self) -> float:
        """Resident megabytes of all together, what they share counted once each (PSS) where the system tells."""
        return sum(self.memory_of(process) for process in self.family)

    @staticmethod
    def memory_of(process: psutil.Process) -> float:
        """The same of one."""
        try:
            full = process.memory_full_info()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return 0.0
        return float(getattr(full, "pss", full.rss)) / 1_000_000


def _cpu_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


@dataclass
class World:
    """One database with everything in it, and the environment in which the product finds it."""

    folder: Path
    database_url: str
    redis_url: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @cached_property
    def env(self) -> dict[str, str]:
        kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONDONTWRITEBYTECODE")
        key = environment.new_key()
        return {name: os.environ[name] for name in kept if name in os.environ} | {
            "ENV_FILE": os.devnull,
            "SECRET_KEY": key,
            "PII_KEYS": key,
            "FINGERPRINT_KEY": key,
            "DEBUG": "0",
            "ALLOWED_HOSTS": "*",
            "ALLOWED_MAIL_DOMAINS": "*",
            "TRUSTED_PROXY_COUNT": "1",  # the load comes from as many networks as its X-Forwarded-For says
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(HERE),
            **self.extra,
        }

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def inside(self, act: str, **arguments: Any) -> Any:
        """Run one function of benchmarks.inside in a process of this world; returns what it answers."""
        command = [sys.executable, "-m", "benchmarks.inside", act, json.dumps(arguments)]
        done = subprocess.run(command, cwd=HERE, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{act} failed:\n{done.stderr[-4000:]}")
        return json.loads(done.stdout.splitlines()[-1])

    def web_command(self, port: int, application: str) -> list[str]:
        """The product's own command line for its web server, for this application."""
        if self.is_sqlite:  # the embedded process without its worker: waitress with as many threads
            return [
                sys.executable,
                "-m",
                "waitress",
                f"--listen=127.0.0.1:{port}",
                f"--threads={THREADS}",
                "--no-clear-untrusted-proxy-headers",
                application,
            ]
        command: list[str] = self.inside("web_command", port=port)
        return [*command[:-1], application]


class Machine:
    """What this run has started. Use it as a context manager: leaving it ends everything."""

    def __init__(self) -> None:
        self.folder = servers._new_folder()
        self.stack = ExitStack()
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.numbers = iter(range(1, 1_000))

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *exc: object) -> None:
        self.stack.close()

    @cached_property
    def postgresql(self) -> DurablePostgreSQL:
        server = DurablePostgreSQL(self.folder)
        self.stack.callback(server.stop)
        self.postgresql_url = server.start()
        return server

    @cached_property
    def redis(self) -> servers.Redis:
        server = servers.Redis(self.folder)
        self.stack.callback(server.stop)
        server.start()
        return server

    def world(self, database: str, **extra: str) -> World:
        """A new empty database, with a database of Redis beside it unless it is SQLite."""
        number = next(self.numbers)
        folder = self.folder / f"world-{number}"
        folder.mkdir()
        if database == "sqlite":
            return World(folder, f"sqlite:///{folder}/outcry.sqlite3", extra=extra)
        assert self.postgresql.process
        name = f"bench_{number}"
        with servers.administer(self.postgresql_url) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        redis_url = f"{self.redis.url.rpartition('/')[0]}/{number}"
        return World(folder, servers.with_database(self.postgresql_url, name), redis_url, extra)

    @contextmanager
    def web(self, world: World, application: str = "config.wsgi:application", path: str = "") -> Iterator[Process]:
        """The product's web server with this application, once it answers."""
        port = free_port()
        with self.process(world, application, world.web_command(port, application), port) as process:
            _wait_for(process, path or ("/page/" if "bare" in application else "/healthz"), self.log_of(process))
            yield process

    @contextmanager
    def up(self, world: World) -> Iterator[Process]:
        """Everything the product runs: web, worker and clock."""
        port = free_port()
        world.env.update({"PORT": str(port), "SITE_URL": f"http://127.0.0.1:{port}"})
        with self.process(world, "up", [sys.executable, "manage.py", "up"], port) as process:
            _wait_for(process, "/healthz", self.log_of(process))
            yield process

    @contextmanager
    def process(self, world: World, name: str, command: list[str], port: int = 0) -> Iterator[Process]:
        with (self.folder / f"log-{port}").open("wb") as log:
            popen = start_process(list(command), log=log, cwd=HERE, env=world.env)
            try:
                yield Process(name, popen, port)
            finally:
                stop_process(popen, patience=20)

    def log_of(self, process: Process) -> Path:
        return self.folder / f"log-{process.port}"

    def servers(self) -> list[Process]:
        """Database and Redis, for their CPU."""
        found = [("postgresql", self.__dict__.get("postgresql")), ("redis", self.__dict__.get("redis"))]
        return [Process(name, server.process) for name, server in found if server and server.process]


def _wait_for(process: Process, path: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while process.popen.poll() is None and time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", process.port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(0.1)
    raise SystemExit(f"{process.name} does not answer on {path}:\n{tail(log)}")
