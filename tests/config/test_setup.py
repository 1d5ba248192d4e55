"""`manage.py setup` may run again and again."""

import os

import pytest

from config.management.commands.setup import _collect_static


@pytest.fixture
def style(settings, tmp_path):
    """The only static file of a site that has collected none yet."""
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "static"
    (source / "site.css").write_text("p { color: black }")
    return source / "site.css"


def test_static_files_are_collected_once_and_again_when_one_has_changed(style, settings):
    collected = settings.STATIC_ROOT / "site.css"
    _collect_static()
    assert collected.read_text() == style.read_text()

    collected.write_text("left alone")
    os.utime(collected, (0, 0))
    _collect_static()
    assert collected.read_text() == "left alone"

    style.write_text("p { color: darkblue }")
    _collect_static()
    assert collected.read_text() == style.read_text()


def test_static_files_that_were_deleted_are_collected_again(style, settings):
    _collect_static()
    for file in settings.STATIC_ROOT.iterdir():
        file.unlink()
    _collect_static()
    assert (settings.STATIC_ROOT / "site.css").exists()
