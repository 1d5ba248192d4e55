"""Ask the DNS whether receivers can trust our mail."""

import json
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from outbox.domain_check import checking, words
from outbox.domain_check.finding import Finding, Level, worst
from outbox.recipients import domain_key

EXIT = {Level.OK: 0, Level.WARNING: 0, Level.ERROR: 1, Level.UNKNOWN: 2}


class Command(BaseCommand):
    help = (
        "Check SPF, DKIM, DMARC and MX of MAIL_DOMAIN, or of another domain. Ends with 1 when something is wrong, "
        "with 2 when the name servers gave no answer to go by. The result for MAIL_DOMAIN is kept for the desk."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("domain", nargs="?", help="another domain, whose result is not kept")
        parser.add_argument("--selector", help="the DKIM selector; DKIM_SELECTOR without it")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        other = options["domain"]
        if other or options["selector"]:
            try:
                domain = domain_key(other or settings.MAIL_DOMAIN)
            except UnicodeError:
                self.stderr.write(f"{other!r} is no domain.")
                sys.exit(1)
            selector = options["selector"] or settings.DKIM_SELECTOR
            found = checking.check(domain, selector=selector, from_domain=domain, bounce_domain=domain)
            level = worst(found)
        else:
            kept = checking.check_and_keep(timezone.now())
            domain, level = kept.domain, Level(kept.state)
            found = [Finding(**{**finding, "level": Level(finding["level"])}) for finding in kept.findings]
        if options["json"]:
            said = [
                {**finding.as_json(), "sentence": words.sentence(finding.code, finding.details)} for finding in found
            ]
            self.stdout.write(json.dumps({"domain": domain, "state": level, "findings": said}, indent=2))
        else:
            self.stdout.write(f"{domain}: {words.LEVELS[level]}")
            for finding in found:
                self.stdout.write(f"  {words.LEVELS[finding.level]}: {words.sentence(finding.code, finding.details)}")
        if EXIT[level]:
            sys.exit(EXIT[level])


def _sentence(finding: Finding) -> str:
    return words.sentence(finding.code, finding.details)
