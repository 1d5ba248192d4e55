"""Compiling the gettext catalogs without msgfmt, which a newcomer's machine may lack."""

import os
from pathlib import Path

import polib
from django.conf import settings


def compile_all() -> list[Path]:
    """Write the `.mo` beside every `.po` that is newer; returns what was written."""
    written = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                draft = target.with_suffix(f".{os.getpid()}")
                polib.pofile(str(source)).save_as_mofile(str(draft))
                draft.replace(target)  # at once: another process may be reading it
                written.append(target)
    return written
