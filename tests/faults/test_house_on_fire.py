"""`make faults`: ten thousand letters while every kind of process is killed at random; Redis away for ten minutes."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.house import RELEASE, UNHEARD, House, burn
from tests.faults.verdict import judge, witnessed

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(os.environ.get("TEST_DATABASE") == "sqlite", reason="kills PostgreSQL"),
]

SEED = int(os.environ.get("FAULT_SEED", "20231009"))
LETTERS = int(os.environ.get("FAULT_LETTERS", "10000"))
KILLS = int(os.environ.get("FAULT_KILLS", "205"))
SECONDS = float(os.environ.get("FAULT_SECONDS", "900"))  # over which the kills are spread
REDIS_AWAY = float(os.environ.get("FAULT_REDIS_AWAY", "600"))
RECOVERY = 60  # seconds, by itself


@contextmanager
def on_fire(folder: Path, **wishes: Any) -> Iterator[House]:
    house = House(folder, **wishes)
    try:
        yield house
    finally:
        house.close()


def wait_until_settled(house: House, seconds: float) -> float:
    """Until no row waits or is in hand; returns how long that took."""
    begun = time.monotonic()
    while house.unsettled():
        house.watch()
        assert time.monotonic() < begun + seconds, f"{house.unsettled()} letters are not settled after {seconds} s"
        time.sleep(0.5)
    return time.monotonic() - begun


@pytest.fixture
def folder() -> Path:
    """Where the user that PostgreSQL runs as may go."""
    name = Path(os.environ["TEST_FOLDER"]) / f"house_{time.monotonic_ns()}"
    name.mkdir()
    return name


def test_two_hundred_kills_over_ten_thousand_letters(folder, capsys):
    def say(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    with on_fire(folder) as house:
        house.site.manage("shell", "-v0", "-c", RELEASE.format(count=LETTERS))
        house.open()
        burn(house, kills=KILLS, seconds=SECONDS, seed=SEED, say=say)
        took = wait_until_settled(house, 900)
        verdict = judge(house.rows(), witnessed(house.file))
        kills = house.kills
        say(f"seed {SEED}, {sum(kills.values())} kills {dict(kills)}, then {took:.0f} s: {verdict}")
        assert house.sql("SELECT count(*) FROM letters_letter") == [(LETTERS,)]
        assert verdict.is_clean, verdict
        assert verdict.states["uncertain"] <= kills["worker"]
        assert house.stuck() == 0


def test_redis_away_and_emptied_every_message_five_times_two_beats_three_workers(folder, capsys):
    with on_fire(folder, workers=3, beats=2, app="tests.faults.fivefold", MAIL_LINES="2") as house:
        house.site.manage("shell", "-v0", "-c", RELEASE.format(count=LETTERS // 10))
        house.open()
        while not house.sql("SELECT count(*) FROM outbox_email WHERE state = 'sent'")[0][0]:
            time.sleep(0.1)
        house.redis.stop()  # in the middle of the letters
        time.sleep(REDIS_AWAY)
        house.site.manage("shell", "-v0", "-c", UNHEARD.format(count=200))
        left = house.unsettled()
        house.redis.start()  # empty: what was in it is gone
        back = time.monotonic()
        while house.unsettled() == left:
            assert time.monotonic() < back + RECOVERY, "nothing was sent again within a minute"
            time.sleep(0.2)
        recovered = time.monotonic() - back
        wait_until_settled(house, 300)
        verdict = judge(house.rows(), witnessed(house.file))
        with capsys.disabled():
            away = f"Redis away {REDIS_AWAY:.0f} s, {left} letters left, recovered in {recovered:.0f} s"
            sys.stdout.write(f"{away}: {verdict}\n")
        assert left >= 200, "mail left without a broker: nothing is proved about its return"
        assert verdict.is_clean, verdict
        assert verdict.states["uncertain"] == 0
