"""`manage.py erase_person`: the address comes from the keyboard or a pipe, never from the command line."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import erasure
from privacy.addresses import InvalidAddress


class Command(BaseCommand):
    help = (
        "Erase a person from every room. The address is asked for, or read from standard input: on the command line "
        "it would stay in the history of the shell."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reason", default="", help="how you know that the person asked; no names, no addresses")
        parser.add_argument("--dry-run", action="store_true", help="only say how many rows there are")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            person = erasure.fingerprint_of(self._address())
            if options["dry_run"]:
                report = erasure.look_up(person, now=now)
            else:
                report = erasure.erase_person(person, by=None, reason=options["reason"], now=now)
        except InvalidAddress as exc:
            raise CommandError("This does not look like an e-mail address.") from exc
        except erasure.ErasureRefused as exc:
            raise CommandError(str(exc)) from exc
        for title, count in report.counts:
            self.stdout.write(f"{title}: {count:,}")
        self.stdout.write("Nothing was changed." if options["dry_run"] else "Erased.")

    def _address(self) -> str:
        if sys.stdin.isatty():
            self.stdout.write("E-mail address of the person: ", ending="")
            self.stdout.flush()
        return sys.stdin.readline().strip()
