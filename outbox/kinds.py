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
class Body:
    """What a message says, twice: as text and as HTML."""

    text: str
    html: str = ""


@dataclass(frozen=True)
class Kind:
    """`may_repeat`: after a crash the machine may send again under the same Message-ID.

    `attachments` renders what goes with the message at the moment of sending; `body` what it says, for a kind whose
    words are frozen elsewhere, so that ten thousand rows are written at once. `to_office`: it goes to an office, so
    that it is nobody's personal mail and erasing a person leaves it alone. `after_complaint`: it goes also to somebody
    who marked other mail of ours as spam, because they asked for this one just now. `staff_page` is the address of the
    page at the desk of whoever it went to.
    """

    name: str
    may_repeat: bool
    attachments: Callable[[Email], list[Attachment]] | None = None
    body: Callable[[Email], Body] | None = None
    to_office: bool = False
    staff_page: Callable[[Email], str] | None = None
    after_complaint: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Declare a kind, once, from an app's `ready()` or models."""
    _kinds[kind.name] = kind


def get(name: str) -> Kind:
    """The kind of that name; an undeclared one is never repeated by the machine."""
    return _kinds.get(name, Kind(name, may_repeat=False))


def to_offices() -> list[str]:
    """The names of the kinds that go to offices."""
    return [kind.name for kind in _kinds.values() if kind.to_office]
