"""An uploaded file between the look at it and the import: sealed, for one person and one hour, and never served."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.exceptions import ImportRefused
from privacy import crypto

LIFETIME = timedelta(hours=1)
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Asked:
    """What the person who uploaded it said about a file."""

    petition: int
    kind: str
    organization: int | None
    provenance: str
    language: str  # of the sheets, and so of the notice that people read


def keep(asked: Asked, content: bytes, *, by: User) -> str:
    """Seal the file under a key of ours; returns the token with which this person, and nobody else, opens it."""
    token = secrets.token_hex(16)
    said = json.dumps(asdict(asked)).encode()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / token
    path.touch(mode=0o600)
    path.write_bytes(crypto.seal(len(said).to_bytes(4) + said + content, purpose=_purpose(token, by)))
    return token


def opened(token: str, *, by: User, now: datetime) -> tuple[Asked, bytes]:
    """What was kept under this token. Raises ImportRefused when it is not there, too old, or another person's."""
    path = _path(token)
    try:
        if _written_at(path) <= now - LIFETIME:
            raise FileNotFoundError
        plain = crypto.unseal(path.read_bytes(), purpose=_purpose(token, by))
    except (FileNotFoundError, crypto.Undecryptable):
        raise ImportRefused(_("This file is not kept any more. Please upload it once more.")) from None
    end = 4 + int.from_bytes(plain[:4])
    return Asked(**json.loads(plain[4:end])), plain[end:]


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


def _folder() -> Path:
    return settings.VAR_DIR / "imports"


def _path(token: str) -> Path:
    if not TOKEN.fullmatch(token):
        raise ImportRefused(_("This file is not kept any more. Please upload it once more."))
    return _folder() / token


def _all() -> list[Path]:
    return [path for path in _folder().glob("*") if TOKEN.fullmatch(path.name)]


def _written_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _purpose(token: str, by: User) -> str:
    return f"petitions.import:{by.pk}:{token}"
