"""The kinds of mail other rooms send, and what a kind allows."""

from collections.abc import Callable
from dataclasses import dataclass

from outbox.models import Email


@dataclass(frozen=True)
class Attachment:
    filename: str
    content: bytes
    mimetype: str


@dataclass(frozen=True)
class Kind:
    """`may_repeat`: after a crash the machine may send again under the same Message-ID.

    `attachments` renders what goes with the message at the moment of sending.
    """

    name: str
    may_repeat: bool
    attachments: Callable[[Email], list[Attachment]] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a kind, once, from an app's `ready()` or models."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name; an undeclared one is never repeated by the machine."""
    return _kinds.get(name, Kind(name, may_repeat=False))
