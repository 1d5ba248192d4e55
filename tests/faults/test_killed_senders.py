"""Senders that are killed again and again lose nothing and send no letter twice unmarked."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests import databases
from tests.conftest import LONG
from tests.faults.verdict import judge, witnessed
from tests.journeys.site import Site, wait_for
from tests.processes import stop_process
from tests.servers import REPOSITORY

SEED = 20231009
LETTERS, CONFIRMATIONS, KILLS = (6_000, 600, 150) if LONG else (480, 60, 12)
SENDERS = 2
WRITE = f"""
from django.utils import timezone
from outbox.services import write_email
from outbox import bell
with bell.muted():
    for number in range({LETTERS + CONFIRMATIONS}):
        write_email(
            "django" if number % {(LETTERS + CONFIRMATIONS) // CONFIRMATIONS} == 3 else "tests.letter",
            to=f"office-{{number}}@office.example", subject=f"Letter {{number}}", text="Excellency,\\n",
            key=f"fault:{{number}}", now=timezone.now(),
        )
"""


@pytest.fixture
def house(tmp_path, worker_id):
    """A migrated database of its own, a witness, and a process that forks senders."""
    file = tmp_path / "witnessed"
    file.touch()
    witness = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.witness", str(file)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert witness.stdout
    environment = os.environ | {
        "DATABASE_URL": databases.copy_of_migrated(f"faults_{worker_id}"),
        "EMAIL_URL": f"smtp://127.0.0.1:{witness.stdout.readline().strip()}",
        "MAIL_LEASE": "1",
        "VAR_DIR": str(tmp_path / "var"),
    }
    site = Site(tmp_path, environment)
    with (tmp_path / "log").open("wb") as log:
        nest = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.senders"],
            cwd=REPOSITORY, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    yield site, nest, file
    nest.kill()
    nest.wait()
    stop_process(witness)


def test_killed_again_and_again_nothing_is_lost_and_no_letter_doubled_unmarked(house, record_property):
    site, nest, file = house
    chance = random.Random(SEED)

    def start() -> int:
        nest.stdin.write("start\n")
        nest.stdin.flush()
        return int(nest.stdout.readline())

    def unsettled() -> int:
        return site.sql("SELECT count(*) FROM outbox_email WHERE state IN ('queued', 'sending')")[0][0]

    site.manage("shell", "-v0", "-c", WRITE)
    running = [start() for _ in range(SENDERS)]
    kills, left = 0, unsettled()
    while kills < KILLS and left:
        share = left / (KILLS - kills)  # of what is left, however quick they are
        goal = left - share * chance.uniform(0.1, 1.0)
        until = time.monotonic() + 5
        while (left := unsettled()) > goal and time.monotonic() < until:
            time.sleep(0.002)
        victim = running.pop(chance.randrange(len(running)))
        os.kill(victim, signal.SIGKILL)
        kills += 1
        running.append(start())
    try:
        # What a dead sender had in hand comes back by its lease; the wait that follows is not what this is about.
        wait_for(
            lambda: (
                not site.sql("UPDATE outbox_email SET due_at = created_at WHERE state = 'queued'") and not unsettled()
            ),
            seconds=60,
            what="every row to be settled",
        )
    finally:
        for pid in running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    rows = [
        (message_id, state, kind == "django")
        for message_id, state, kind in site.sql("SELECT message_id, state, kind FROM outbox_email")
    ]
    verdict = judge(rows, witnessed(file))
    record_property("verdict", f"{kills} kills: {verdict}")
    assert kills >= KILLS // 2, "too few kills to prove anything"
    assert verdict.is_clean, verdict
    assert verdict.states["uncertain"] <= kills
