"""The page of a petition: warm, through the product's web server, against a bare Django page; and rendered anew."""

import itertools
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import load
from benchmarks.rounds import Options, Turn, by_turns, compared, cpu_ratio, measured, ratio
from benchmarks.signing import bare_world, supporters
from benchmarks.world import Machine, Process

CONNECTIONS = 16
SECONDS = 3.0
SIGNING_RATE = 2_000 / 60  # signatures a second that come in meanwhile


def page(machine: Machine, options: Options) -> Iterator[str]:
    """Warm; warm while signatures come in; with a thousand signatures and with `rows`. All against the bare page."""
    seconds = options.seconds or SECONDS
    machine.postgresql  # noqa: B018 (starts it)
    few, many = machine.world("postgresql"), machine.world("postgresql")
    slug = few.inside("prepare", rows=1_000)[0]
    large_slug = many.inside("prepare", rows=options.rows)[0]
    with ExitStack() as stack:
        limit = stack.enter_context(machine.web(bare_world(machine, "postgresql", few), "benchmarks.bare:application"))
        small = stack.enter_context(machine.web(few))
        large = stack.enter_context(machine.web(many))

        for process, path in ((limit, "/page/"), (small, f"/petitions/{slug}/"), (large, f"/petitions/{large_slug}/")):
            _wake(process, path)

        def signed() -> Turn:
            with _signatures(large, large_slug, seconds):
                return _drive(large, f"/petitions/{large_slug}/", seconds)

        found = by_turns(
            options.rounds,
            {
                "bare": lambda: _drive(limit, "/page/", seconds),
                "few": lambda: _drive(small, f"/petitions/{slug}/", seconds),
                "many": lambda: _drive(large, f"/petitions/{large_slug}/", seconds),
                "signed": signed,
            },
        )
        plain = load.closed(
            small.port, itertools.repeat(load.get(f"/petitions/{slug}/", plain=True)), connections=1, seconds=0.1
        )
        sizes = [plain, found["few"][0].result, found["bare"][0].result]
        told = ", ".join(f"{size.received / len(size.times) / 1000:.1f}" for size in sizes)
    yield compared("petition page, warm", found["few"], found["bare"], "≥ 0.9")
    yield compared("petition page while 2,000 a minute sign", found["signed"], found["bare"], "≥ 0.9")
    flat = ratio(found["many"], found["few"]), cpu_ratio(found["many"], found["few"])
    name = f"petition page, flat to {options.rows:,}"
    yield f"{name:46} {flat[0]:5.2f} of 1,000 rows (bar ≥ 0.95; by CPU {flat[1]:.2f})"
    yield f"  an answer is, in KB with its head: ours plain, as browsers get it, bare: {told}"
    for world, name, rows in ((few, slug, 1_000), (many, large_slug, options.rows)):
        again = world.inside("render", slug=name, rounds=options.rounds)
        yield (
            f"{f'petition page, rendered anew, {rows:,}':46} {again['changing']:5.2f} ms CPU (bar ≤ 1.6) with a new "
            f"count each time; {again['same']:.2f} with the same, {again['compressed']:.2f} with compression, "
            f"{again['first']:.0f} when nothing is kept; {again['bytes']:,} bytes"
        )


def _wake(process: Process, path: str) -> None:
    """Let every worker load what it needs for its first answer."""
    for _ in range(30):
        woken = load.closed(process.port, itertools.repeat(load.get(path)), connections=CONNECTIONS, seconds=1.0)
        if woken.statuses.get(200, 0) > 20 * CONNECTIONS:
            return
    raise SystemExit(f"{process.name} does not answer on {path}")


def _drive(process: Process, path: str, seconds: float) -> Turn:
    requests = itertools.repeat(load.get(path))
    turn = measured(
        lambda: load.closed(process.port, requests, connections=CONNECTIONS, seconds=seconds),
        process,
    )
    assert set(turn.result.statuses) == {200}, f"{path}: {turn.result.statuses}"
    return turn


@contextmanager
def _signatures(process: Process, slug: str, seconds: float) -> Iterator[None]:
    """Signatures at their rate from a process of their own, which is over before this is left."""
    signer = multiprocessing.Process(target=_sign, args=(process.port, slug, seconds, random.randrange(2**30)))
    signer.start()
    try:
        yield
    finally:
        signer.join(seconds + 30)
        if signer.is_alive():
            signer.kill()


def _sign(port: int, slug: str, seconds: float, seed: int) -> None:
    load.paced(port, supporters([slug], random.Random(seed)), rate=SIGNING_RATE, seconds=seconds, connections=8)


def memory(machine: Machine, options: Options) -> Iterator[str]:
    """Resident megabytes of every process after some work: with Redis and PostgreSQL, and embedded."""
    for database in options.databases:
        if database == "postgresql":
            machine.postgresql  # noqa: B018 (starts it)
        world = machine.world(database, EMAIL_URL="smtp://127.0.0.1:9", COUNT_INTERVAL="1")
        slugs = world.inside("prepare", petitions=4, rows=1_000)
        rng = random.Random(3)
        with machine.up(world) as process:
            for slug in slugs:
                pages = itertools.repeat(load.get(f"/petitions/{slug}/"))
                load.closed(process.port, pages, connections=8, seconds=1.0)
            load.closed(process.port, supporters(slugs, rng), connections=8, seconds=5.0)
            if database == "sqlite":
                yield f"{'memory, embedded':46} {process.memory():5.0f} MB (bar ≤ 150)"
                continue
            sizes = {"web": 0.0, "worker": 0.0, "beat": 0.0}
            for each in process.family:
                words = " ".join(each.cmdline())
                name = "web" if "granian" in words else "beat" if " beat" in words else "worker"
                if "celery" in words or "granian" in words or "multiprocessing" in words:
                    sizes[name] += Process.memory_of(each)
        yield f"{'memory, web with 2 workers':46} {sizes['web']:5.0f} MB (bar ≤ 180)"
        yield f"{'memory, worker that sends':46} {sizes['worker']:5.0f} MB (bar ≤ 120); clock {sizes['beat']:.0f} MB"
