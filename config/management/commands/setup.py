"""`manage.py setup`: everything between a fresh checkout and a running site."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from config import catalogs, startup
from petitions.models import Petition


class Command(BaseCommand):
    help = "Write .env with new keys if there is none, migrate, compile translations, and load the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        catalogs.compile_all()
        call_command("migrate", verbosity=0)
        startup.check_keys()
        if not settings.DEBUG:  # with DEBUG they are served from where they are written
            _collect_static()
        self.stdout.write(f"Database ready: {connection.display_name}.")
        if settings.DEMONSTRATION and not Petition.objects.exists():
            call_command("load_demo", stdout=self.stdout, **({} if settings.DEBUG else {"yes_in_public": True}))


def _collect_static() -> None:
    """Collect and compress the static files, which takes seconds, unless they are those of the last time."""
    note = settings.STATIC_ROOT / ".collected"
    state = _state_of_static_files()
    if note.exists() and note.read_text() == state:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(state)


def _state_of_static_files() -> str:
    """A digest over name, size and time of every source, and over what they are made into."""
    lines = [str(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            lines.append(f"{name} {file.st_size} {file.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
