"""Who may sign in to the demonstration. The passwords are known to everybody: they open it only where DEBUG is on."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Login:
    role: str
    address: str
    password: str
    name: str
    groups: tuple[str, ...]


EDITOR = Login(
    role="editor and sender",
    address="editor@coalition.example",
    password="lantern-by-the-river",  # noqa: S106
    name="Mara Lindqvist (demo)",
    groups=("editor", "sender", "moderator"),
)
APPROVER = Login(
    role="approver",
    address="approver@coalition.example",
    password="second-pair-of-eyes",  # noqa: S106
    name="Ko Yun-seul (demo)",
    groups=("editor", "sender"),
)
ADMINISTRATOR = Login(
    role="administrator",
    address="administrator@coalition.example",
    password="keys-on-a-wooden-board",  # noqa: S106
    name="Idris Calloway (demo)",
    groups=("administrator",),
)
LOGINS = [EDITOR, APPROVER]  # what a newcomer needs: one asks, the other approves
STAFF = [*LOGINS, ADMINISTRATOR]

# Of an organization that was asked to sign the open letter and has not answered. Codes arrive by mail.
DELEGATE = "harriet.penhallow@northern-lights.example"


def with_random_passwords(logins: Iterable[Login]) -> list[Login]:
    """The same people with passwords that nobody knows yet, 128 bit each: for a demonstration in public."""
    return [replace(login, password=secrets.token_urlsafe(16)) for login in logins]
