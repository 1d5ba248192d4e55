"""Two thousand signatures a minute, held: an open-loop driver at a fixed rate against the whole product on one machine.

Every mail goes over SMTP to a sink on loopback. Four of five people open the link of their mail and press the button.
Database, Redis, web, worker and clock share the two cores with the driver; their CPU is told without the driver's.
"""

import multiprocessing
import queue
import random
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.client import HTTPConnection, HTTPException
from typing import Any

import psycopg
from aiosmtpd.controller import Controller

from benchmarks import load
from benchmarks.load import Result
from benchmarks.rounds import Options
from benchmarks.signing import supporters
from benchmarks.world import Machine, Process, World
from tests.processes import free_port

SECONDS = 60.0
CONFIRMED = 0.8
SETTLE = 90.0  # seconds for what is under way when the last signature has come
LINK = re.compile(r"/signatures/[A-Za-z0-9_-]{32}/")
CONFIRMERS = 16
KILL_EVERY = 7.0  # seconds


@dataclass
class Seen:
    """What the driver saw beside the answers to its signatures."""

    confirm_times: list[float] = field(default_factory=list)
    confirmed_at: list[float] = field(default_factory=list)  # on the driver's clock
    refused: int = 0
    mails: int = 0
    shown: list[tuple[float, int]] = field(default_factory=list)  # moment, and the number in the database then
    on_page: list[tuple[float, int]] = field(default_factory=list)
    page_times: list[float] = field(default_factory=list)
    kills: int = 0


class _Sink:
    def __init__(self, links: Any):
        self.links = links

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        part = message.get_body(("plain",))
        found = LINK.search(part.get_content()) if part else None
        self.links.put(found.group() if found else "")
        return "250 taken"


def _serve(port: int, links: Any, ending: Any) -> None:
    controller = Controller(_Sink(links), hostname="127.0.0.1", port=port)
    controller.start()
    ending.wait()
    controller.stop()


@contextmanager
def sink(port: int) -> Iterator[Any]:
    """An SMTP server in a process of its own; yields the queue of the links that came in mails."""
    links: Any = multiprocessing.Queue()
    ending = multiprocessing.Event()
    server = multiprocessing.Process(target=_serve, args=(port, links, ending), daemon=True)
    server.start()
    try:
        yield links
    finally:
        ending.set()
        server.join(10)
        if server.is_alive():
            server.kill()


def _confirm(port: int, links: Any, seen: Seen, ending: threading.Event, rng: random.Random) -> None:
    """Open the link of four mails in five, and press the button."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    while not (ending.is_set() and links.empty()):
        try:
            link = links.get(timeout=0.2)
        except queue.Empty:
            continue
        seen.mails += 1
        if not link or rng.random() >= CONFIRMED:
            continue
        for method in ("GET", "POST"):
            begun = time.monotonic()
            try:
                connection.request(method, link, headers={"Content-Length": "0"} if method == "POST" else {})
                response = connection.getresponse()
                response.read()
                status = response.status
            except (OSError, HTTPException):
                connection.close()
                status = 0
            if status != 200:
                seen.refused += 1
                break
            if method == "POST":
                seen.confirm_times.append(time.monotonic() - begun)
                seen.confirmed_at.append(time.monotonic())


def _watch(port: int, slug: str, world: World, seen: Seen, ending: threading.Event) -> None:
    """Read the page, and the number in the database, twice a second."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    with psycopg.connect(world.database_url, autocommit=True) as database:
        while not ending.wait(0.5):
            row = database.execute("SELECT signature_count FROM petitions_petition WHERE slug = %s", [slug]).fetchone()
            seen.shown.append((time.monotonic(), row[0] if row else 0))
            try:
                begun = time.monotonic()
                connection.request("GET", f"/petitions/{slug}/")
                html = connection.getresponse().read().decode()
                seen.page_times.append(time.monotonic() - begun)
            except (OSError, HTTPException):
                connection.close()
                continue
            number = re.search(r'data-signature-count="(\d+)"', html)
            if number:
                seen.on_page.append((time.monotonic(), int(number.group(1))))


def _kill_workers(process: Process, seen: Seen, ending: threading.Event) -> None:
    """Kill the worker, which tallies and sends, again and again; the supervisor starts the next."""
    while not ending.wait(KILL_EVERY):
        for each in process.family:
            words = each.cmdline()
            if "celery" in words and "worker" in words:
                each.send_signal(signal.SIGKILL)
                seen.kills += 1
                break


def oldest(confirmed_at: list[float], shown: list[tuple[float, int]]) -> list[float]:
    """For each look, how old the first confirmation was that was not in the number yet; 0 when all were."""
    ordered = sorted(confirmed_at)
    return [max(0.0, moment - ordered[count]) if count < len(ordered) else 0.0 for moment, count in shown]


def hold(machine: Machine, options: Options, seconds: float, *, kills: bool) -> Iterator[str]:
    machine.postgresql  # noqa: B018 (starts it)
    mail_port = free_port()
    world = machine.world("postgresql", EMAIL_URL=f"smtp://127.0.0.1:{mail_port}", MAIL_LEASE="5" if kills else "120")
    slug = world.inside("prepare")[0]
    seen, ending, rng = Seen(), threading.Event(), random.Random(4)
    sampled: list[float] = []
    with sink(mail_port) as links, machine.up(world) as process:
        everything = [process, *machine.servers()]
        threads = [
            *(
                threading.Thread(target=_confirm, args=(process.port, links, seen, ending, random.Random(n)))
                for n in range(CONFIRMERS)
            ),
            threading.Thread(target=_watch, args=(process.port, slug, world, seen, ending)),
        ]
        killing = threading.Event()
        if kills:
            threads.append(threading.Thread(target=_kill_workers, args=(process, seen, killing)))
        # One of each before the clock runs: an idle server has loaded nothing.
        load.paced(process.port, supporters([slug], rng), rate=2, seconds=3, connections=2)
        warm = 6
        for thread in threads:
            thread.start()
        before = sum(each.cpu() for each in everything)
        begun = time.monotonic()
        result = load.paced(
            process.port, supporters([slug], rng), rate=options.rate / 60, seconds=seconds, connections=64
        )
        spent = sum(each.cpu() for each in everything) - before
        took = time.monotonic() - begun
        killing.set()
        counts = _settle(world, slug, seen, links)
        ending.set()
        for thread in threads:
            thread.join(90)
        sampled = [each.memory() for each in everything]
    yield from _told(options, seconds, kills, result, seen, counts, spent / took / 2, sampled[0], warm)


def _settle(world: World, slug: str, seen: Seen, links: Any) -> dict[str, int]:
    """Wait until every mail is sent, every link pressed and every change added up; returns the counts."""
    deadline = time.monotonic() + SETTLE
    while True:
        counts: dict[str, int] = world.inside("counts", slug=slug)
        quiet = links.empty() and counts["sent"] == counts["mails"] and not counts["waiting"]
        if (quiet and seen.mails >= counts["sent"]) or time.monotonic() > deadline:
            time.sleep(2.0)
            return world.inside("counts", slug=slug)
        time.sleep(1.0)


def _told(
    options: Options,
    seconds: float,
    kills: bool,
    result: Result,
    seen: Seen,
    counts: dict[str, int],
    cpu: float,
    memory: float,
    warm: int,
) -> Iterator[str]:
    accepted = result.statuses.get(302, 0) + warm
    lost = {
        "signatures": accepted - counts["signatures"],
        "mails": accepted - counts["sent"],
        "count": counts["confirmed"] - counts["shown"],
        "confirmations": len(seen.confirmed_at) - counts["confirmed"],
    }
    name = "number shown, tally killed" if kills else "headline"
    ages, page_ages = (sorted(oldest(seen.confirmed_at, shown)) or [0.0] for shown in (seen.shown, seen.on_page))
    if kills:
        yield (
            f"{name:46} {counts['shown']:,} shown, {counts['confirmed']:,} rows, {counts['tallies']:,} in cells after "
            f"{seen.kills} kills (bar: equal); at most {ages[-1]:.1f} s old meanwhile (bar ≤ 5), "
            f"on the page {page_ages[-1]:.1f}; lost: {lost}; mails that came: {seen.mails:,} of {counts['sent']:,}"
        )
        return
    confirm = sorted(seen.confirm_times) or [0.0]
    yield (
        f"{name:46} {options.rate:,.0f} a minute for {seconds:.0f} s: POST p50 {result.percentile(0.5) * 1000:.0f} ms, "
        f"p99 {result.percentile(0.99) * 1000:.0f} ms (bar < 300), max {result.percentile(1) * 1000:.0f}; "
        f"CPU {cpu * 100:.0f} % of two cores (bar ≤ 50); statuses {result.statuses}, broken {result.broken}"
    )
    yield (
        f"  {accepted:,} signed, {counts['signatures']:,} rows, {counts['sent']:,} mails sent, {seen.mails:,} came; "
        f"{len(seen.confirmed_at):,} pressed, {counts['confirmed']:,} confirmed, {counts['shown']:,} shown; "
        f"{seen.refused} refused, {counts['held']} held; lost: {lost}"
    )
    yield (
        f"  confirming p50 {confirm[len(confirm) // 2] * 1000:.0f} ms, "
        f"p99 {confirm[int(len(confirm) * 0.99)] * 1000:.0f} ms; "
        f"page p50 {sorted(seen.page_times)[len(seen.page_times) // 2] * 1000:.0f} ms; the number was at most "
        f"{ages[-1]:.1f} s old (bar ≤ 5), on the page {page_ages[-1]:.1f}; web, worker and clock {memory:.0f} MB"
    )


def headline(machine: Machine, options: Options) -> Iterator[str]:
    """The rate held for --seconds (60; the bar says 600)."""
    return hold(machine, options, options.seconds or SECONDS, kills=False)


def number(machine: Machine, options: Options) -> Iterator[str]:
    """The number shown while the worker that tallies is killed every seven seconds."""
    return hold(machine, options, options.seconds or SECONDS / 2, kills=True)
