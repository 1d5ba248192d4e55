"""`manage.py load_demo`: the believable campaign, in an empty database."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from campaigns.models import Organization
from demo import loading, logins
from demo.exceptions import LoadRefused
from letters.models import Letter, Recipient
from petitions.models import Signature
from statements.models import CoSignature


class Command(BaseCommand):
    help = "Load the demonstration into an empty database. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reset", action="store_true", help="delete everything first; only where the demonstration is loaded"
        )
        parser.add_argument(
            "--yes-in-public", action="store_true", help="load with DEBUG off, on a site that is meant to show it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = perf_counter()
        load = loading.reset if options["reset"] else loading.load
        try:
            staff = load(now=timezone.now(), in_public=options["yes_in_public"])
        except LoadRefused as exc:
            raise CommandError(str(exc)) from exc
        if not staff:
            self.stdout.write("The demonstration is loaded already; nothing was changed (--reset loads it anew).")
            return
        seconds = perf_counter() - begun
        self.stdout.write(f"Demonstration loaded into {connection.display_name} in {seconds:.1f} s: {_contents()}.")
        for login in staff:
            self.stdout.write(f"  {login.role}: {login.address}  {login.password}")
        self.stdout.write(f"  delegate: {logins.DELEGATE}  (signs in with a code by mail)")


def _contents() -> str:
    counts = {
        "confirmed signatures": Signature.objects.confirmed().count(),
        "organizations": Organization.objects.count(),
        "recipients": Recipient.objects.count(),
        "co-signatures": CoSignature.objects.count(),
        "letters": Letter.objects.count(),
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items())
