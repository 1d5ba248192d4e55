"""The export of a petition's signatures against COPY of the same columns, in one process of the product."""

import statistics
import time
from collections.abc import Iterable, Iterator

import psutil
from django.db import connection
from django.utils import timezone

from petitions.models import Petition
from petitions.services.exporting import Names, export_signatures

LOOK_EVERY = 8  # pieces between two looks at the memory


def export(slug: str, rounds: int = 5) -> dict[str, float]:
    """Seconds, first byte, megabytes above idle, and ratios to COPY of as many rows: medians of the rounds."""
    petition = Petition.objects.get(slug=slug)
    found: dict[str, list[float]] = {}
    kinds = {
        "plain": lambda: _export(petition, Names.NOBODY),
        "plain limit": lambda: _copy(petition, "id, confirmed_at, country, language, kind"),
        "named": lambda: _export(petition, Names.HANDED_OVER),
        "named limit": lambda: _copy(petition, "id, confirmed_at, country, language, kind, name"),
    }
    idle = psutil.Process().memory_info().rss
    for number in range(rounds + 1):
        for kind, begin in kinds.items():
            begun = time.perf_counter()
            size, first, peak = _read(begin(), begun)
            took = time.perf_counter() - begun
            if number:
                for name, value in {"seconds": took, "first": first, "bytes": size, "mb": (peak - idle) / 1e6}.items():
                    found.setdefault(f"{kind} {name}", []).append(value)
    told = {name: statistics.median(values) for name, values in found.items()}
    for kind in ("plain", "named"):
        pairs = zip(found[f"{kind} limit seconds"], found[f"{kind} seconds"], strict=True)
        told[f"{kind} ratio"] = statistics.median(limit / took for limit, took in pairs)
    return told


def _export(petition: Petition, names: Names) -> Iterator[bytes]:
    return export_signatures(petition, names=names, by=None, reason="Benchmark.", now=timezone.now())


def _copy(petition: Petition, columns: str) -> Iterator[bytes]:
    """The limit: what PostgreSQL alone makes of the same rows. On SQLite, reading them."""
    asked = f"SELECT {columns} FROM petitions_signature WHERE petition_id = {petition.pk} AND state = 'confirmed'"  # noqa: S608
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({asked}) TO STDOUT (FORMAT csv)") as copy:
                for data in copy:
                    yield bytes(data)
        else:
            cursor.execute(asked)
            while rows := cursor.fetchmany(2_000):
                yield b"x" * len(rows)


def _read(pieces: Iterable[bytes], begun: float) -> tuple[int, float, int]:
    """How many bytes, seconds to the second piece (the first is a heading), and the most memory meanwhile."""
    size, first, peak, process = 0, 0.0, 0, psutil.Process()
    for number, piece in enumerate(pieces):
        size += len(piece)
        if number == 1:
            first = time.perf_counter() - begun
        if number % LOOK_EVERY == 0 and number < 20_000:
            peak = max(peak, process.memory_info().rss)
    return size, first, peak
