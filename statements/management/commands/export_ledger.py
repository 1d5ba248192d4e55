"""`manage.py export_ledger <statement or digest>`: the ledger of its letters as a ZIP."""

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import audit
from letters.bundle import Bundle
from letters.exceptions import LettersError
from letters.models import Release
from statements.ledger_texts import digests_of


class Command(BaseCommand):
    help = "Write the ledger of the letters about a text: a ZIP that `sha256sum -c SHA256SUMS` checks once unpacked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", help="the slug of a statement, or the SHA-256 digest of a text")
        parser.add_argument("--to", default=".", help="the folder to write to")
        parser.add_argument("--with-private", action="store_true", help="private replies in words, not only as digests")
        parser.add_argument("--with-proofs", action="store_true", help="the files that prove deliveries, likewise")

    def handle(self, *args: Any, **options: Any) -> None:
        text = options["text"]
        digests = [text.lower()] if re.fullmatch(r"[0-9a-fA-F]{64}", text) else digests_of(text)
        if not digests:
            raise CommandError("No letters were released about a statement of this name.")
        for digest in digests:
            bundle = Bundle(digest, with_private=options["with_private"], with_proofs=options["with_proofs"])
            try:
                bundle.check()
            except LettersError as exc:
                raise CommandError(str(exc)) from exc
            target = Path(options["to"]) / bundle.name
            with target.open("wb") as file:
                for chunk in bundle.chunks():
                    file.write(chunk)
            release = Release.objects.filter(text_digest=digest).latest("pk")
            audit.record(
                "letters.export_ledger",
                release,
                by=None,
                now=timezone.now(),
                with_private=bundle.with_private,
                with_proofs=bundle.with_proofs,
            )
            self.stdout.write(str(target))
