"""`python -m benchmarks [measure …] [--rounds N] [--seconds S] [--rows N] [--rate N] [--database …]`."""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from config import environment

# config.settings wants keys from whoever imports it; the worlds have their own.
os.environ |= {"ENV_FILE": os.devnull, "SECRET_KEY": environment.new_key()}

from benchmarks import counting, headline, showing, signing
from benchmarks.rounds import Options
from benchmarks.world import Machine

MEASURES: dict[str, Callable[[Machine, Options], Iterator[str]]] = {
    "page": showing.page,
    "signing": signing.signing,
    "hot": signing.hot,
    "number": headline.number,
    "headline": headline.headline,
    "tally": counting.tally,
    "export": counting.exporting,
    "memory": showing.memory,
    "proof": partial(counting.inside, "proof"),
    "sender": partial(counting.inside, "sender"),
    "release": counting.releasing,
    "letter-pdf": partial(counting.inside, "letter_pdf"),
    "rotation": partial(counting.inside, "rotation_of_keys"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ratios to limits of the same run.")
    parser.add_argument("measures", nargs="*", metavar="measure", help=", ".join(MEASURES))
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median is told (5)")
    parser.add_argument("--seconds", type=float, default=0.0, help="of one round; of the headline as a whole")
    parser.add_argument("--rows", type=int, default=1_000_000, help="signatures in the large database (1,000,000)")
    parser.add_argument("--rate", type=float, default=2_000.0, help="signatures a minute of the headline (2,000)")
    parser.add_argument("--database", choices=["postgresql", "sqlite"], help="one of the two; without it both")
    told = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # either way everything that was started is ended
        signal.signal(number, lambda *_: sys.exit("stopped"))
    unknown = set(told.measures) - set(MEASURES)
    if unknown:
        parser.error(f"no measure {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    databases = (told.database,) if told.database else ("postgresql", "sqlite")
    options = Options(min(told.rounds, 99), min(told.seconds, 3_600), min(told.rows, 5_000_000), told.rate, databases)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} CPU, {options}", flush=True)
    for name in told.measures or MEASURES:
        begun = time.monotonic()
        with Machine() as machine:
            for line in MEASURES[name](machine, options):
                print(line, flush=True)
        print(f"  ({name}: {time.monotonic() - begun:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
