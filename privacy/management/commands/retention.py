"""`manage.py retention`: run the clocks now, or see what they would do."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import retention
from privacy.models import RetentionRun
from privacy.retention import Clock, Outcome


class Command(BaseCommand):
    help = "Run every retention clock and print what was due, what was done and the oldest row that stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="change nothing")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        act = retention.look if options["dry_run"] else retention.run
        outcomes = act(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(outcome) for outcome in outcomes], indent=2, ensure_ascii=False))
        else:
            self._table(outcomes, options["dry_run"])
        if failed := [outcome.clock.name for outcome in outcomes if outcome.error]:
            raise CommandError(f"These clocks failed, the others ran: {', '.join(failed)}.")

    def _table(self, outcomes: list[Outcome], dry_run: bool) -> None:
        last_runs = dict(RetentionRun.objects.values_list("clock", "finished_at"))
        self.stdout.write(f"{'clock':<28}{'due now':>10}{'done':>10}  {'oldest':<18}{'last run':<18}")
        for outcome in outcomes:
            clock, last = outcome.clock, last_runs.get(outcome.clock.name)
            self.stdout.write(
                f"{clock.name:<28}{outcome.due:>10,}{'–' if dry_run else f'{outcome.done:,}':>10}  "
                f"{_day(outcome.oldest):<18}{_day(last):<18}{outcome.error}".rstrip()
            )
            self.stdout.write(f"    {clock.title}: {in_words(clock)}")


def in_words(clock: Clock) -> str:
    """ "7 days after the last confirmation mail. The signature is deleted, and its mails with it."""
    hours = int(clock.after.total_seconds() // 3600)
    if not hours:
        after = "at once"
    elif hours == 1:
        after = "an hour"
    elif hours <= 48:
        after = f"{hours} hours"
    else:
        after = f"{clock.after.days} days"
    return f"{after} {clock.since}. {clock.what}"


def _day(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "–"


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "clock": outcome.clock.name,
        "title": str(outcome.clock.title),
        "rule": in_words(outcome.clock),
        "due": outcome.due,
        "done": outcome.done,
        "oldest": outcome.oldest and outcome.oldest.isoformat(),
        "error": outcome.error,
    }
