"""`manage.py up`: web server, worker and beat as one command, on one machine."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts import switches
from accounts.models import Switch
from config import embedded, logs, startup, supervisor
from demo.logins import DELEGATE, LOGINS


class Command(BaseCommand):
    help = "Serve the site with its worker and clock: threads of one process, or with REDIS_URL separate processes."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("check", fail_level="ERROR", databases=["default"])
        startup.check_keys()
        logs.log_what_nobody_caught()
        self._greet()
        if settings.REDIS_URL:
            supervisor.run(settings.HOST, settings.PORT, workers=settings.WEB_WORKERS)
        else:
            embedded.run(settings.HOST, settings.PORT)

    def _greet(self) -> None:
        say = self.stdout.write
        say("")
        say(f"  Outcry      {settings.SITE_URL}/   한국어 {settings.SITE_URL}/ko/")
        if switches.is_on(Switch.Key.DEMONSTRATION):
            say(f"  Desk        {settings.SITE_URL}/admin/")
            for login in LOGINS if settings.DEBUG else ():  # in public each has a password that load_demo printed once
                say(f"              {login.role}: {login.address}  {login.password}")
            say(f"  Delegates   {settings.SITE_URL}/delegate/   {DELEGATE} (the code comes by mail)")
        if settings.MAILBOX:
            say(
                f"  Mailbox     {settings.SITE_URL}/mailbox/   (mail is written to {settings.MAIL_DIR}, nothing leaves)"
            )
        say("  Ctrl-C stops; the message in hand is finished first.")
        say("")
        self.stdout.flush()
