"""`manage.py import_recipients FILE [--dry-run]`: offices from CSV or JSON, row by row as at the desk."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.tables import MAX_BYTES
from letters.exceptions import ImportRefused
from letters.services.importing import Plan, import_offices, plan_offices

WORDS = {"new": "new", "changed": "changed", "same": "as they were", "error": "left out"}


class Command(BaseCommand):
    help = "Import offices from a CSV or JSON file. Rows with an error are left out and reported. Audited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file, at most 5 MB")
        parser.add_argument("--dry-run", action="store_true", help="say what would become of every row; write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as exc:
            raise CommandError(f"The file cannot be opened: {exc.strerror}.") from exc
        try:
            if options["dry_run"]:
                plan = plan_offices(content, now=timezone.now())
            else:
                plan = import_offices(content, by=None, now=timezone.now())
        except ImportRefused as exc:
            raise CommandError(str(exc)) from exc
        self._report(plan)
        if options["dry_run"]:
            self.stdout.write("Nothing was written.")

    def _report(self, plan: Plan) -> None:
        for row in plan.rows:
            for label, sentence in row.errors:
                self.stdout.write(f"row {row.number}, {label}: {sentence}")
            for label, old, new in row.changes:
                self.stdout.write(f"row {row.number}, {row.slug}, {label}: {old} → {new}")
        if plan.unknown:
            self.stdout.write(f"Columns that are not read: {', '.join(plan.unknown)}")
        counts = plan.counts
        self.stdout.write(", ".join(f"{counts[verdict]} {words}" for verdict, words in WORDS.items()))
