"""The tally and the nightly audit; and what runs in a process of the product without a server."""

from collections.abc import Iterator

from benchmarks.rounds import Options
from benchmarks.world import Machine

CHANGES = 200_000


def tally(machine: Machine, options: Options) -> Iterator[str]:
    """Changes added up a second, and signatures audited a second, on both databases."""
    for database in options.databases:
        if database == "postgresql":
            machine.postgresql  # noqa: B018 (starts it)
        world = machine.world(database)
        slug = world.inside("prepare", rows=options.rows)[0]
        added = world.inside("tally", rows=min(CHANGES, options.rows), rounds=options.rounds)
        yield f"{f'tally, {database}':46} {added['rate']:,.0f} changes/s (bar ≥ 100,000)"
        seen = world.inside("audit", slug=slug, rounds=options.rounds)
        yield (
            f"{f'audit, {database}':46} {seen['rate']:,.0f} signatures/s (bar ≥ 100,000); "
            f"{seen['ratio']:.2f} of counting them in one statement"
        )


def inside(machine: Machine, options: Options) -> Iterator[str]:
    """Small things, each in one process on SQLite."""
    world = machine.world("sqlite")
    world.inside("prepare")
    for act in ("proof", "sender", "letter_pdf", "rotation_of_keys"):
        yield world.inside(act)
