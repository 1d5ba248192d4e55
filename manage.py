#!/usr/bin/env python
"""Run Outcry's commands; `manage.py up` starts the whole product."""

import os
import sys

from config import environment


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["setup"]:  # the settings cannot be read before their keys exist
        environment.write_first()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
