"""Databases of this run: migrated once, then copied for each worker of pytest-xdist and each site of a journey.

To migrate takes seconds of CPU, to copy takes none to speak of.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import sql

from tests.servers import REPOSITORY, administer, database_prefix, with_database


def copy_of_migrated(name: str) -> str:
    """A database of this run's kind with every table and what migrations put there; return its DATABASE_URL."""
    migrated = _migrated()
    if _is_sqlite():
        file = folder() / f"{name}.sqlite3"
        shutil.copyfile(urlsplit(migrated).path, file)
        return f"sqlite:///{file}"
    return create(name, template=migrated)


def empty(name: str) -> str:
    """A database of this run's kind with nothing in it."""
    return f"sqlite:///{folder() / name}.sqlite3" if _is_sqlite() else create(name)


def create(name: str, *, template: str = "") -> str:
    """A PostgreSQL database, empty or a copy of another one, of whose name the run's prefix is a part."""
    url, name = os.environ["DATABASE_URL"], database_prefix() + name
    source = urlsplit(template).path[1:] or "template1"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source))
    with administer(url) as connection:
        connection.execute(statement)
    return with_database(url, name)


def drop(url: str) -> None:
    name = sql.Identifier(urlsplit(url).path[1:])
    with administer(os.environ["DATABASE_URL"]) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def folder() -> Path:
    return Path(os.environ["TEST_FOLDER"])


@contextmanager
def lock(file: Path) -> Iterator[None]:
    """One process of the run after the other."""
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _is_sqlite() -> bool:
    return os.environ["DATABASE_URL"].startswith("sqlite:")


def _migrated() -> str:
    """The address of the one that all are copied from; the first worker that needs it makes it, the others wait."""
    done = folder() / "migrated"
    with lock(done.with_suffix(".lock")):
        if not done.exists():
            url = empty("migrated")
            migrate(url)
            done.write_text(url)
    return done.read_text()


def migrate(url: str) -> None:
    """In a process of its own, which closes what it opened: a database that somebody uses cannot be copied."""
    ran = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=REPOSITORY,
        env=os.environ | {"DATABASE_URL": url, "DEBUG": "1"},  # without a server's settings, which nothing here uses
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"manage.py migrate failed:\n{ran.stderr}"
