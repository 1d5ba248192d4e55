"""Every template compiles; `make check` runs this file too."""

from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

FOLDERS = [Path(folder) for engine in engines.all() for folder in engine.dirs]
NAMES = sorted(str(file.relative_to(folder)) for folder in FOLDERS for file in folder.rglob("*") if file.is_file())


def test_there_are_templates():
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_template_compiles(name):
    get_template(name)
