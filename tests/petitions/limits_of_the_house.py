"""The limits a new site begins with, where a test before has emptied every table."""

from importlib import import_module

from petitions.models import LimitRule


def write_default_limits() -> None:
    LimitRule.objects.all().delete()
    names = ("scope", "limit", "seconds", "action")
    defaults = import_module("petitions.migrations.0007_default_limits").DEFAULTS
    LimitRule.objects.bulk_create([LimitRule(**dict(zip(names, row, strict=True))) for row in defaults])
