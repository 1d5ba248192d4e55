"""A house of its own to set on fire: PostgreSQL, Redis, web, workers, beats and a witness, each killed by its id."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from config.supervisor import commands
from tests.journeys.site import Site
from tests.processes import free_port, start_process, stop_process
from tests.servers import REPOSITORY, PostgreSQL, Redis, with_database

# Offices, and a release to them that two people have decided on; its letters are due a second later.
RELEASE = """
from datetime import timedelta
from django.utils import timezone
from letters.models import FormOfAddress, Recipient
from letters.services import approve_release
from outbox import bell
from statements.services import request_release
from tests import factories
count = {count}
offices = Recipient.objects.bulk_create(
    Recipient(slug=f"fault-{{n}}", name=f"Office {{n}} (demo)", kind="parliament", role="influencer", channel="email",
              email=f"fault-{{n}}@office-{{n % 97}}.example", is_fictional=True) for n in range(count)
)
FormOfAddress.objects.bulk_create(
    FormOfAddress(recipient=office, language="en", name=office.name, salutation="Excellency,", closing="Yours,")
    for office in offices
)
now = timezone.now()
factories.make_template()
statement = factories.make_published(now=now, deadline=now + timedelta(days=1))
asking, deciding = factories.make_user("sender"), factories.make_user("sender")
with bell.muted():
    release = request_release(
        statement.pk, offices, language="en", reply_by=timezone.localdate(now) + timedelta(days=30), by=asking, now=now
    )
    print(approve_release(release.pk, by=deciding, now=timezone.now()))
"""
# Mail of which no worker is told.
UNHEARD = """
from django.utils import timezone
from outbox import bell
from outbox.services import write_email
with bell.muted():
    for n in range({count}):
        write_email("letters.unheard", to=f"unheard-{{n}}@office.example", subject="…", text="…\\n",
                    key=f"unheard:{{n}}", now=timezone.now())
"""


class Durable(PostgreSQL):
    """What it has committed survives kill -9 of every process of it."""

    data: Path
    port = 0

    def _command(self, data: Path, port: int) -> list[str | Path]:
        self.data, self.port = data, port
        unsafe = {"--fsync=off", "--synchronous_commit=off", "--full_page_writes=off"}  # fsync: only power cuts need it
        return [part for part in super()._command(data, port) if part not in unsafe - {"--fsync=off"}]

    def start_again(self) -> None:
        """On the same port, with the data that are there."""
        for _attempt in range(20):  # until the kernel has let go of what the dead one held
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            with (self.folder / "log").open("ab") as stream:
                self.process = start_process(
                    self._command(self.data, self.port), log=stream, user=self.user, cwd=self.folder
                )
            time.sleep(0.5)
            if self.process.poll() is None:
                return
        raise AssertionError("PostgreSQL did not start again.")


class House:
    """Everything that one site runs on. `kill(name)` is kill -9 of one process and all it started, then a new start."""

    def __init__(self, folder: Path, *, workers: int = 2, beats: int = 1, app: str = "config", **environment: str):
        self.folder, self.kills = folder, Counter[str]()
        self.file = folder / "witnessed"
        self.file.touch()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.postgresql, self.redis = Durable(folder), Redis(folder)
        url = self.postgresql.start()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE outcry")
        port = free_port()
        self.witness_port = free_port()
        self.site = Site(
            folder,
            os.environ
            | {
                "DATABASE_URL": with_database(url, "outcry"),
                "REDIS_URL": self.redis.start(),
                "EMAIL_URL": f"smtp://127.0.0.1:{self.witness_port}",
                "PORT": str(port),
                "SITE_URL": f"http://127.0.0.1:{port}",
                "VAR_DIR": str(folder / "var"),
                "RELEASE_COOLING_OFF": "1",
                "MAIL_LEASE": "10",
                "MAIL_LINES": "1",
                "STAFF_SECOND_FACTOR": "1",
                "DJANGO_SETTINGS_MODULE": "config.settings",
            }
            | environment,
        )
        for name in ("DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_CURRENT_TEST"):
            self.site.environment.pop(name, None)
        lines = commands("127.0.0.1", port, 1)
        self.lines = {"web": lines["web"]}
        for name, count in (("worker", workers), ("beat", beats)):
            line = [app if part == "config" else part for part in lines[name]]
            for number in range(count):
                own = [f"--hostname=w{number}@%h"] if name == "worker" else []
                self.lines[f"{name} {number}"] = [*line, *own]
        self.site.manage("migrate", "--verbosity=0")

    def open(self) -> None:
        self._start("witness", [sys.executable, "-m", "tests.faults.witness", str(self.file), str(self.witness_port)])
        for name, line in self.lines.items():
            self._start(name, line)

    def _start(self, name: str, line: list[str]) -> None:
        with (self.folder / "log").open("ab") as stream:
            self.processes[name] = start_process(list(line), log=stream, cwd=REPOSITORY, env=self.site.environment)

    def watch(self) -> None:
        """Start again what ended by itself, as a service manager does."""
        for name, line in self.lines.items():
            if self.processes[name].poll() is not None:
                self._start(name, line)

    def kill(self, name: str) -> None:
        """kill -9 of "redis", "postgresql" or one of `lines`; at once a new one takes its place."""
        self.kills[name.split()[0]] += 1
        if name == "redis":
            self._end(self.redis.process)
            self.redis.start()  # empty
        elif name == "postgresql":
            self._end(self.postgresql.process)
            self.postgresql.start_again()
        else:
            self._end(self.processes[name])
            self._start(name, self.lines[name])

    @staticmethod
    def _end(process: "subprocess.Popen[bytes] | None") -> None:
        assert process
        with suppress(psutil.NoSuchProcess):
            leader = psutil.Process(process.pid)
            family = [leader, *leader.children(recursive=True)]
            for member in family:
                with suppress(psutil.NoSuchProcess):
                    member.kill()
            psutil.wait_procs(family, timeout=10)
        process.wait()

    def close(self) -> None:
        for process in self.processes.values():
            stop_process(process)
        self.redis.stop()
        self.postgresql.stop()

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database answers, as soon as it does again."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self.site.sql(statement)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def rows(self) -> list[tuple[str, str, bool]]:
        """(Message-ID, state, whether the machine may repeat it), as `judge` takes them.

        Without the invitations that were taken back before the house opened, because their delegates had answered.
        """
        found = self.sql(
            "SELECT message_id, state, kind FROM outbox_email"
            " WHERE NOT (kind = 'statements.invitation' AND state = 'cancelled')"
        )
        return [(message_id, state, kind != "letters.letter") for message_id, state, kind in found]

    def unsettled(self) -> int:
        return self.sql("SELECT count(*) FROM outbox_email WHERE state IN ('queued', 'sending')")[0][0]

    def stuck(self) -> int:
        """Rows in the hands of somebody dead for five minutes, or due for that long though senders run."""
        return self.sql(
            "SELECT count(*) FROM outbox_email WHERE state = 'sending' AND lease_until < now() - interval '5 minutes'"
        )[0][0]


def burn(house: House, *, kills: int, seconds: float, seed: int, say: Callable[[str], object]) -> None:
    """Kill at random, `kills` times over at most about `seconds`, each as soon as its share of the letters has left."""
    chance = random.Random(seed)
    names = [*house.lines, "redis", "postgresql"]
    begun, left = time.monotonic(), house.unsettled()
    for number in range(kills):
        house.kill(chance.choice(names))
        share = left / (kills - number)  # of what is left, so that there are letters for the last one too
        # A house in which nobody lives long enough to send anything proves nothing: so it waits, within bounds.
        goal, until = max(left - share * chance.uniform(0.5, 1.0), 0), begun + seconds * (number + 1) / kills
        while time.monotonic() < until and left > goal:
            time.sleep(0.2)
            left = house.unsettled()
        time.sleep(chance.uniform(0.0, 0.1))
        left = house.unsettled()
        house.watch()
        if number % 20 == 19:
            stuck = house.stuck()
            say(f"{number + 1} kills after {time.monotonic() - begun:.0f} s, {left} letters left")
            assert stuck == 0, f"{stuck} rows were stuck for five minutes"
