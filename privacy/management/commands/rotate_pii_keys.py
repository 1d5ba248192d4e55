"""`manage.py rotate_pii_keys`: bring everything under the first of PII_KEYS."""

import signal
import time
from collections import Counter
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import crypto, keys, rotation
from privacy.sealed import SealedTable, sealed_tables

NAMED = 200  # unreadable values that are named one by one


class Command(BaseCommand):
    help = (
        "Seal every encrypted value anew under the first of PII_KEYS, while the site runs. Ctrl-C or SIGTERM ends it "
        "between two batches; run again, it goes on."
    )
    stopping = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="rows in one transaction (500)")
        parser.add_argument("--dry-run", action="store_true", help="only say what waits")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1.")
        try:
            keys.check_keys(now=timezone.now())
        except keys.KeysRefused as exc:
            raise CommandError(str(exc)) from exc
        tables = {table: rotation.waiting(table) for table in sealed_tables()}
        self.stdout.write(f"Newest key: {crypto.current_key_id().hex()}")
        for table, rows in tables.items():
            names = ", ".join(field.name for field in table.fields)
            self.stdout.write(f"  {table.label} ({names}): {rows:,} rows wait")
        if options["dry_run"]:
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        unreadable = self._reseal(tables, options["batch"])
        self._finish(unreadable)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _reseal(self, waiting: dict[SealedTable, int], batch: int) -> list[str]:
        """Work through all tables, saying how far it came; returns the values that no key opens."""
        total, begun = sum(waiting.values()), time.monotonic()
        done: Counter[str] = Counter()
        unreadable: dict[str, None] = {}  # in order, each once
        for step in rotation.reseal(batch=batch):
            label = step.table.label
            done[label] += step.resealed
            unreadable |= {f"{label} {key} ({name})": None for key, name in step.unreadable}
            rate = done.total() / max(time.monotonic() - begun, 0.001)
            left = max(total - done.total(), 0)
            self.stdout.write(
                f"{label}: {done[label]:,} of {waiting.get(step.table, 0):,} rows; "
                f"{rate:,.0f} rows/s, {left:,} left, about {left / max(rate, 1):,.0f} s"
            )
            self.stdout.flush()
            if self.stopping:
                raise CommandError("Stopped between two batches. Run it again to go on.", returncode=3)
        return list(unreadable)

    def _finish(self, unreadable: list[str]) -> None:
        left = {table.label: rows for table in sealed_tables() if (rows := rotation.waiting(table))}
        free = keys.retire_keys(now=timezone.now())
        for key_id in free:
            self.stdout.write(f"Nothing is under key {key_id.hex()} any more: it may be taken out of PII_KEYS.")
        if free:
            self.stdout.write(
                "Keep it with the backups that were made under it. Sessions are sealed too and are not sealed anew: "
                "wait eight hours, or everybody signs in again."
            )
        if unreadable:
            for name in unreadable[:NAMED]:
                self.stderr.write(f"No key in PII_KEYS opens {name}.")
            if len(unreadable) > NAMED:
                self.stderr.write(f"… and {len(unreadable) - NAMED:,} more.")
            raise CommandError(
                f"{len(unreadable):,} values could not be read; everything else is under the newest key."
            )
        if left:
            named = ", ".join(f"{label}: {count:,}" for label, count in left.items())
            raise CommandError(
                f"Values were written under an older key meanwhile ({named}). Start every process anew with the new "
                "PII_KEYS, then run this again."
            )
        self.stdout.write("Done: everything is under the newest key.")
