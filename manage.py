#!/usr/bin/env python
"""Run Outcry's commands; `manage.py up` starts the whole product."""

import os
import sys

from config import environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["setup"]:  # the settings cannot be read before their keys exist
        environment.write_first()
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        _ = settings.INSTALLED_APPS  # Django's own commands would go on without settings, and fail at something else
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as exc:  # a setting is missing or wrong: one sentence says which
        sys.exit(f"Outcry does not start: {exc}")


if __name__ == "__main__":
    main()
