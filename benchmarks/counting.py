"""The tally, the nightly audit and the export; and what runs in a process of the product without a server."""

from collections.abc import Iterator

from benchmarks.rounds import Options
from benchmarks.world import Machine

CHANGES = 100_000


def tally(machine: Machine, options: Options) -> Iterator[str]:
    """Changes added up a second, and signatures audited a second, on both databases."""
    for database in options.databases:
        if database == "postgresql":
            machine.postgresql  # noqa: B018 (starts it)
        world = machine.world(database)
        slug, empty = world.inside("prepare", petitions=2, rows=options.rows)
        added = world.inside("tally", slug=empty, rows=min(CHANGES, options.rows), rounds=options.rounds)
        yield f"{f'tally, {database}':46} {added['rate']:,.0f} changes/s (bar ≥ 100,000)"
        world.inside("forget", slug=empty)
        seen = world.inside("audit", slug=slug, rounds=options.rounds)
        yield (
            f"{f'audit, {database}':46} {seen['rate']:,.0f} signatures/s (bar ≥ 100,000); "
            f"{seen['ratio']:.2f} of counting them in one statement"
        )


def exporting(machine: Machine, options: Options) -> Iterator[str]:
    """A million signatures as CSV; PostgreSQL unless the command line says SQLite."""
    database = options.databases[0]
    if database == "postgresql":
        machine.postgresql  # noqa: B018 (starts it)
    world = machine.world(database)
    slug = world.inside("prepare", rows=options.rows)[0]
    told = world.inside("export", slug=slug, rounds=options.rounds)
    for kind, bar in (("plain", "0.8"), ("named", "0.25")):
        what = "no row needs Python" if kind == "plain" else "names opened"
        name = f"export of {options.rows:,}, {what}"
        yield (
            f"{name:46} {told[f'{kind} ratio']:5.2f} of COPY (bar ≥ {bar}): {told[f'{kind} seconds']:.1f} s against "
            f"{told[f'{kind} limit seconds']:.1f} s; {told[f'{kind} mb']:.0f} MB above idle (bar ≤ 40), first byte "
            f"after {told[f'{kind} first']:.2f} s (bar < 0.5); {told[f'{kind} bytes'] / 1e6:.0f} MB"
        )


LETTERS = 10_000


def releasing(machine: Machine, options: Options) -> Iterator[str]:
    """A release to ten thousand offices, approved; on both databases."""
    rows = min(LETTERS, options.rows)
    for database in options.databases:
        if database == "postgresql":
            machine.postgresql  # noqa: B018 (starts it)
        world = machine.world(database)
        world.inside("prepare")
        told = world.inside("release", rows=rows, rounds=options.rounds)
        name = f"release of {rows:,} letters approved, {database}"
        yield (
            f"{name:46} {told['seconds']:.1f} s, of them {told['cpu']:.1f} s CPU (bar ≤ 5), "
            f"{told['ratio']:.2f} of writing the same rows ({told['limit']:.1f} s); {told['mb']:.0f} MB above idle "
            f"(bar ≤ 100); asking took {told['asking']:.1f} s"
        )


def inside(act: str, machine: Machine, options: Options) -> Iterator[str]:
    """One small thing, in a process of its own."""
    database = options.databases[0]
    if database == "postgresql":
        machine.postgresql  # noqa: B018 (starts it)
    world = machine.world(database)
    world.inside("prepare")
    yield world.inside(act)
