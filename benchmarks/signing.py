"""Signing through the product's web server, against the bare form on the same server and kind of database."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from urllib.parse import urlencode

from benchmarks import load
from benchmarks.rounds import Options, Turn, by_turns, compared, cpu_ratio, measured, rate, ratio
from benchmarks.world import HERE, Machine, Process, World

CONNECTIONS = 8  # of the sign POST: what two workers with four threads can answer at once
SECONDS = 4.0
SIGNERS = 32  # of the hot petition


def supporters(slugs: list[str], rng: random.Random) -> Iterator[bytes]:
    """Signatures of people who differ: address, domain and network; under these petitions in turn."""
    run = rng.randrange(10**9)
    number = 0
    while True:
        yield signature(slugs[number % len(slugs)], address_of(run, number), rng)
        number += 1


def address_of(run: int, number: int) -> str:
    """Forty people of each domain: below every limit on domains."""
    return f"p{run}x{number}@people{run}-{number // 40}.example"


def answers_of(address: str) -> dict[str, str]:
    return {
        "name": "Kim Ha-neul",
        "email": address,
        "country": "KR",
        "comment": "",
        "language": "en",
        "show_name": "private",
        "alias": "",
    }


def signature(slug: str, address: str, rng: random.Random) -> bytes:
    network = f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    return load.post(f"/petitions/{slug}/sign/", urlencode(answers_of(address)), X_Forwarded_For=network)


def bare_posts(port: int) -> Iterator[bytes]:
    """The same person for the bare form, with the token and the cookie that its page gave."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/sign/")
    response = connection.getresponse()
    token, cookie = response.read().decode(), (response.getheader("Set-Cookie") or "").partition(";")[0]
    run, number = random.randrange(10**9), 0
    while True:
        country = "AE"  # its countries are made up
        answers = answers_of(address_of(run, number)) | {"country": country, "csrfmiddlewaretoken": token}
        yield load.post("/sign/", urlencode(answers), Cookie=cookie)
        number += 1


def bare_world(machine: Machine, database: str, like: World) -> World:
    """A database of the same kind with the one table of the bare application, served as `like` is."""
    world = machine.world(database)
    world.env["BARE_DATABASE_URL"] = world.database_url
    world.web_command = like.web_command  # type: ignore[method-assign]
    subprocess.run([sys.executable, "-m", "benchmarks.bare"], cwd=HERE, env=world.env, check=True)
    return world


def drive(process: Process, requests: Iterator[bytes], beside: list[Process], seconds: float, connections: int) -> Turn:
    turn = measured(
        lambda: load.closed(process.port, requests, connections=connections, seconds=seconds), process, *beside
    )
    refused = {status: n for status, n in turn.result.statuses.items() if status != 302}
    assert not refused, f"{process.name} answered {refused}"
    assert not turn.result.broken, f"{process.name} left {turn.result.broken} without an answer"
    return turn


def signing(machine: Machine, options: Options) -> Iterator[str]:
    """Both databases; on each with a thousand signatures and with `rows`, against the bare form."""
    rates: dict[str, float] = {}
    seconds = options.seconds or SECONDS
    for database in options.databases:
        if database == "postgresql":
            machine.postgresql  # noqa: B018 (starts it)
        few, many = machine.world(database), machine.world(database)
        slugs = {"few": few.inside("prepare", rows=1_000), "many": many.inside("prepare", rows=options.rows)}
        bare = bare_world(machine, database, few)
        beside = [each for each in machine.servers() if database == "postgresql"]
        with ExitStack() as stack:
            limit = stack.enter_context(machine.web(bare, "benchmarks.bare:application", "/page/"))
            small = stack.enter_context(machine.web(few))
            large = stack.enter_context(machine.web(many))
            rng = random.Random(1)
            posts, people = bare_posts(limit.port), supporters(slugs["few"], rng)
            more = supporters(slugs["many"], rng)
            found = by_turns(
                options.rounds,
                {
                    "bare": lambda: drive(limit, posts, beside, seconds, CONNECTIONS),  # noqa: B023
                    "few": lambda: drive(small, people, beside, seconds, CONNECTIONS),  # noqa: B023
                    "many": lambda: drive(large, more, beside, seconds, CONNECTIONS),  # noqa: B023
                },
            )
        rates[database] = rate(found["few"])
        yield compared(f"sign POST, {database}", found["few"], found["bare"], "≥ 0.8")
        flat = ratio(found["many"], found["few"]), cpu_ratio(found["many"], found["few"])
        name = f"sign POST, {database}, flat to {options.rows:,}"
        yield f"{name:46} {flat[0]:5.2f} of 1,000 rows (by CPU {flat[1]:.2f})"
    if len(rates) == 2:
        yield f"{'sign POST, SQLite of PostgreSQL':46} {rates['sqlite'] / rates['postgresql']:5.2f} (bar ≥ 0.8)"


def hot(machine: Machine, options: Options) -> Iterator[str]:
    """Thirty-two people at once under one petition, and under thirty-two."""
    machine.postgresql  # noqa: B018 (starts it)
    world = machine.world("postgresql")
    slugs = world.inside("prepare", petitions=SIGNERS + 1)
    beside = machine.servers()
    rng = random.Random(2)
    one, each = supporters(slugs[:1], rng), supporters(slugs[1:], rng)
    seconds = options.seconds or SECONDS
    with machine.web(world) as process:
        found = by_turns(
            options.rounds,
            {
                "thirty-two": lambda: drive(process, each, beside, seconds, SIGNERS),
                "one": lambda: drive(process, one, beside, seconds, SIGNERS),
            },
        )
    yield compared(f"one hot petition, {SIGNERS} signers", found["one"], found["thirty-two"], "≥ 0.9")
