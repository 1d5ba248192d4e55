"""`manage.py setup`: everything between a fresh checkout and a running site."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from config import catalogs
from petitions.models import Petition


class Command(BaseCommand):
    help = "Write .env with new keys if there is none, migrate, compile translations, and load the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        catalogs.compile_all()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Database ready: {connection.display_name}.")
        if settings.DEMONSTRATION and not Petition.objects.exists():
            call_command("load_demo", stdout=self.stdout, **({} if settings.DEBUG else {"yes_in_public": True}))
