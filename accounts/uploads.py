"""An uploaded file between the look at it and the import: sealed, for one person and one hour, and never served."""

import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.exceptions import FileRefused
from accounts.models import User
from privacy import crypto

LIFETIME = timedelta(hours=1)
TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(said: dict[str, Any], content: bytes, *, what: str, by: User) -> str:
    """Seal the file, and what was said of it, under a key of ours.

    Returns the token with which this person, and nobody else, opens it as `what` ("petitions.import").
    """
    token = secrets.token_hex(16)
    words = json.dumps(said).encode()
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder() / token
    path.touch(mode=0o600)
    path.write_bytes(crypto.seal(len(words).to_bytes(4) + words + content, purpose=_purpose(what, token, by)))
    return token


def opened(token: str, *, what: str, by: User, now: datetime) -> tuple[dict[str, Any], bytes]:
    """What was kept under this token. Raises FileRefused when it is not there, too old, or another person's."""
    path = _path(token)
    try:
        if _written_at(path) <= now - LIFETIME:
            raise FileNotFoundError
        plain = crypto.unseal(path.read_bytes(), purpose=_purpose(what, token, by))
    except (FileNotFoundError, crypto.Undecryptable):
        raise FileRefused(_("This file is not kept any more. Please upload it once more.")) from None
    end = 4 + int.from_bytes(plain[:4])
    return json.loads(plain[4:end]), plain[end:]


def forget(token: str) -> None:
    _path(token).unlink(missing_ok=True)


def due(before: datetime) -> list[Path]:
    """The files written by then."""
    return [path for path in _all() if _written_at(path) <= before]


def forget_due(before: datetime) -> Iterator[int]:
    """Delete files that nobody came back for."""
    paths = due(before)
    for path in paths:
        path.unlink(missing_ok=True)
    yield len(paths)


def oldest() -> datetime | None:
    return min((_written_at(path) for path in _all()), default=None)


def folder() -> Path:
    return settings.VAR_DIR / "imports"


def _path(token: str) -> Path:
    if not TOKEN.fullmatch(token):
        raise FileRefused(_("This file is not kept any more. Please upload it once more."))
    return folder() / token


def _all() -> list[Path]:
    return [path for path in folder().glob("*") if TOKEN.fullmatch(path.name)]


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _purpose(what: str, token: str, by: User) -> str:
    return f"{what}:{by.pk}:{token}"
