"""`manage.py export_signatures <slug> --reason …`: the signatures of one petition as CSV on standard output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from petitions.models import Petition
from petitions.services.exporting import Names, export_signatures


class Command(BaseCommand):
    help = "Write the confirmed signatures of a petition as CSV, without names or with those handed over. Audited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the petition, as its address names it")
        parser.add_argument("--reason", required=True, help="what for; it stands in the audit")
        parser.add_argument("--names", choices=Names.values, default=Names.NOBODY.value, help="whose names (none)")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not reason or len(reason) > 500:
            raise CommandError("Give a reason of at most 500 characters.")
        petition = Petition.objects.filter(slug=options["slug"]).first()
        if petition is None:
            raise CommandError("There is no petition with this address.")
        names = Names(options["names"])
        for piece in export_signatures(petition, names=names, by=None, reason=reason, now=timezone.now()):
            self.stdout.write(piece.decode(), ending="")
