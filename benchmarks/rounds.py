"""Turn by turn: what is measured and its limit share the moment, and the medians are of what each round compared."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.load import Result
from benchmarks.world import Process


@dataclass
class Options:
    """What the command line says."""

    rounds: int = 5
    seconds: float = 0.0  # of a round, or of the headline; 0: what the measure is made for
    rows: int = 1_000_000
    rate: float = 2_000.0  # signatures a minute of the headline
    databases: tuple[str, ...] = ("postgresql", "sqlite")


@dataclass
class Turn:
    """One round of one side: answers a second, and microseconds of the server's CPU for one."""

    rate: float
    cpu: float
    result: Result


def measured(drive: Callable[[], Result], process: Process, *beside: Process) -> Turn:
    """Drive a server once; `beside`: whose CPU counts as well."""
    gc.collect()
    before = sum(each.cpu() for each in (process, *beside))
    result = drive()
    spent = sum(each.cpu() for each in (process, *beside)) - before
    return Turn(result.rate, spent / max(1, len(result.times)) * 1e6, result)


def by_turns(rounds: int, sides: Mapping[str, Callable[[], Turn]]) -> dict[str, list[Turn]]:
    """Each side once a round, in an order that turns round with every round; one round before that is not counted."""
    found: dict[str, list[Turn]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        order = list(sides) if number % 2 else list(sides)[::-1]
        for name in order:
            turn = sides[name]()
            if number:
                found[name].append(turn)
    return found


def ratio(figures: list[Turn], limits: list[Turn]) -> float:
    """How much of the limit is reached, in answers a second: median of the rounds."""
    return statistics.median(f.rate / limit.rate for f, limit in zip(figures, limits, strict=True) if limit.rate)


def cpu_ratio(figures: list[Turn], limits: list[Turn]) -> float:
    """The same by the server's CPU, which a busy machine disturbs less."""
    return statistics.median(limit.cpu / f.cpu for f, limit in zip(figures, limits, strict=True) if f.cpu)


def rate(turns: list[Turn]) -> float:
    return statistics.median(turn.rate for turn in turns)


def cpu(turns: list[Turn]) -> float:
    return statistics.median(turn.cpu for turn in turns)


def spread(figures: list[Turn], limits: list[Turn]) -> str:
    """The lowest and the highest ratio of a round."""
    ratios = [f.rate / limit.rate for f, limit in zip(figures, limits, strict=True) if limit.rate]
    return f"{min(ratios):.2f}–{max(ratios):.2f}"


def compared(name: str, figures: list[Turn], limits: list[Turn], bar: str) -> str:
    return (
        f"{name:46} {ratio(figures, limits):5.2f} of the limit (bar {bar}; rounds {spread(figures, limits)})   "
        f"{rate(figures):,.0f}/s against {rate(limits):,.0f}/s; by CPU {cpu_ratio(figures, limits):.2f}: "
        f"{cpu(figures):,.0f} against {cpu(limits):,.0f} µs"
    )


def timed(act: Callable[[], object]) -> float:
    """Seconds that it takes."""
    gc.collect()
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
