"""`manage.py reset_second_factor <address> --reason …`: the way back for the last administrator who lost everything."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import services
from accounts.models import User


class Command(BaseCommand):
    help = "Forget a person's second factor and end all sessions; a new one is set up at the next sign-in. Audited."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the e-mail address with which the person signs in")
        parser.add_argument("--reason", required=True, help="why; it stands in the audit")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = options["reason"].strip()
        if not reason or len(reason) > 500:
            raise CommandError("Give a reason of at most 500 characters.")
        try:
            user = User.objects.get_by_natural_key(options["address"])
        except User.DoesNotExist as exc:
            raise CommandError("Nobody signs in with this address.") from exc
        services.reset_second_factor(user.pk, by=None, reason=reason, now=timezone.now())
        self.stdout.write("Reset. The person sets up a new second factor at the next sign-in, after the password.")
