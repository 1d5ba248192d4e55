"""What somebody said about an uploaded file of signatures, kept with it until the import (accounts.uploads)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from accounts import uploads
from accounts.exceptions import FileRefused
from accounts.models import User
from accounts.uploads import LIFETIME, due, forget_due, oldest
from petitions.exceptions import ImportRefused

__all__ = ["LIFETIME", "Asked", "due", "forget", "forget_due", "keep", "oldest", "opened"]

WHAT = "petitions.import"


@dataclass(frozen=True)
class Asked:
    """What the person who uploaded it said about a file."""

    petition: int
    kind: str
    organization: int | None
    provenance: str
    language: str  # of the sheets, and so of the notice that people read


def keep(asked: Asked, content: bytes, *, by: User) -> str:
    """The token with which this person opens it again."""
    return uploads.keep(asdict(asked), content, what=WHAT, by=by)


def opened(token: str, *, by: User, now: datetime) -> tuple[Asked, bytes]:
    """What was kept under this token. Raises ImportRefused when it is not there, too old, or another person's."""
    try:
        said, content = uploads.opened(token, what=WHAT, by=by, now=now)
    except FileRefused as exc:
        raise ImportRefused(str(exc)) from exc
    return Asked(**said), content


def forget(token: str) -> None:
    try:
        uploads.forget(token)
    except FileRefused as exc:
        raise ImportRefused(str(exc)) from exc
