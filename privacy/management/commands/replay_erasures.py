"""`manage.py replay_erasures`: after a backup was restored, erase again whoever was erased since."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import erasure
from privacy.fingerprints import FINGERPRINT_BYTES
from privacy.models import ErasureRecord


class Command(BaseCommand):
    help = (
        "Erase again everybody on the list of erasures, as far as it was written before. Before a restore, keep the "
        "list: --export FILE; after it: replay_erasures FILE. The list holds no addresses, only keyed marks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="a list to add to that of the database")
        parser.add_argument("--export", type=Path, metavar="FILE", help="write the list and do nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"]:
            rows = ErasureRecord.objects.order_by("erased_at")
            lines = [f"{bytes(row.mark).hex()} {row.erased_at.isoformat()}" for row in rows]
            options["export"].write_text("".join(f"{line}\n" for line in lines))
            self.stdout.write(f"{len(lines):,} erasures written.")
            return
        if options["file"]:
            self._add(options["file"])
        report = erasure.replay(now=timezone.now())
        for title, count in report.counts:
            self.stdout.write(f"{title}: {count:,} erased again")

    def _add(self, file: Path) -> None:
        """Read every line before the first is written. Raises CommandError naming the line."""
        try:
            lines = file.read_text().splitlines()
        except (OSError, UnicodeDecodeError) as exc:
            raise CommandError(f"{file} cannot be read: {type(exc).__name__}.") from exc
        wanted = [_read(line, number) for number, line in enumerate(lines, 1) if line.strip()]
        have = {(bytes(mark), at) for mark, at in ErasureRecord.objects.values_list("mark", "erased_at")}
        new = [ErasureRecord(mark=mark, erased_at=at) for mark, at in dict.fromkeys(wanted) if (mark, at) not in have]
        ErasureRecord.objects.bulk_create(new, batch_size=1_000)
        self.stdout.write(f"{len(new):,} erasures added to the list.")


def _read(line: str, number: int) -> tuple[bytes, datetime]:
    try:
        mark, moment = line.split()
        erased_at = datetime.fromisoformat(moment)
        if len(bytes.fromhex(mark)) != FINGERPRINT_BYTES or erased_at.tzinfo is None:
            raise ValueError
    except ValueError as exc:
        raise CommandError(f"Line {number} is no erasure: a mark of 64 hexadecimal digits, a blank, a time.") from exc
    return bytes.fromhex(mark), erased_at
