"""Say what a release would send, when and to whom, without writing anything."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import switches
from accounts.models import Switch
from letters.models import Release
from letters.planning import plan
from letters.previews import moment_at_office
from letters.services.writing import in_turn


class Command(BaseCommand):
    help = (
        "Reckon a release through as if it were approved now: what would leave when and to whom, what is refused or "
        "held back. Nothing is written. Ends with 1 when it could not be approved."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("release", type=int, help="the number of the release, as in the address of its page")
        parser.add_argument("--all", action="store_true", help="every office, a line each")

    def handle(self, *args: Any, **options: Any) -> None:
        release = Release.objects.filter(pk=options["release"]).first()
        if release is None:
            raise CommandError(f"There is no release {options['release']}.")
        cooled_at = release.send_at or timezone.now() + settings.RELEASE_COOLING_OFF
        found = plan(release, in_turn(release.recipients.all()), cooled_at=cooled_at)
        self.stdout.write(f"{release} ({release.get_state_display()}): {len(found.leaving)} letters would leave.")
        if switches.is_on(Switch.Key.PAUSE_SENDING):
            self.stdout.write("Sending is paused: nothing leaves until it goes on.")
        for leaving, channels in found.moments():
            how = ", ".join(f"{count} by {channel}" for channel, count in sorted(channels.items()))
            self.stdout.write(f"  {leaving.at:%Y-%m-%d %H:%M:%S} UTC = {moment_at_office(leaving)}: {how}")
        if options["all"]:
            for row in found.leaving:
                assert row.leaving is not None
                self.stdout.write(f"  {row.leaving.at:%Y-%m-%dT%H:%M:%SZ} {row.language} {row.channel}: {row.name}")
        for row in found.held_back:
            self.stdout.write(f"  held back: {row.name}: {row.held_back}")
        for row in found.refused:
            self.stdout.write(f"  refused: {row.name}: {row.refusal}")
        if release.state == Release.State.REQUESTED and found.differs_from(release):
            raise CommandError(
                "It cannot be approved as it stands: a copy cannot be written, or has changed since it was asked for.",
                returncode=1,
            )
