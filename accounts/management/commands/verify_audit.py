"""`manage.py verify_audit`: whether the audit is what was written."""

import json
import re
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.audit import checking

NAMED = 200  # findings named one by one; the rest are counted


class Command(BaseCommand):
    help = "Walk along the chain that seals the audit and name every line that was changed, deleted or left out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="POSITION:DIGEST",
            help="a head of the chain that was kept elsewhere; may be given several times",
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        expected = [_expected(text) for text in options["expect"]]
        walk, named, count = checking.Walk(), [], 0
        for finding in checking.verify(now=timezone.now(), expected=expected, walk=walk):
            count += 1
            if count > NAMED:
                continue
            named.append(finding)
            if not options["json"]:
                self.stdout.write(finding.sentence)
        if options["json"]:
            self.stdout.write(_as_json(walk, named, count))
        else:
            self._conclude(walk, count)
        if count:
            raise SystemExit(1)

    def _conclude(self, walk: checking.Walk, count: int) -> None:
        if count > NAMED:
            self.stdout.write(f"… and {count - NAMED} more. If all are wrong, FINGERPRINT_KEY may be another one.")
        where = f"{walk.links:,} lines of the chain were compared"
        if walk.head:
            where += f"; it ends with {walk.head}, sealed at {walk.head.sealed_at:%Y-%m-%d %H:%M:%S} UTC"
        if count:
            self.stdout.write(f"The audit is NOT intact: {count} finding{'s' * (count > 1)}. {where}.")
        else:
            self.stdout.write(f"The audit is intact. {where}.")


def _expected(text: str) -> tuple[int, str]:
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip().lower())
    if match is None:
        raise CommandError(f"--expect takes POSITION:DIGEST, the digest in 64 hexadecimal characters; not {text!r}.")
    return int(match[1]), match[2]


def _as_json(walk: checking.Walk, named: list[checking.Finding], count: int) -> str:
    head = walk.head and {**asdict(walk.head), "sealed_at": walk.head.sealed_at.isoformat()}
    found = [asdict(finding) for finding in named]
    return json.dumps(
        {"intact": not count, "links": walk.links, "head": head, "findings": found, "finding_count": count},
        ensure_ascii=False,
    )
