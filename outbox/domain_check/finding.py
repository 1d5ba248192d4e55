"""One thing that was found out about a mail domain."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

Details = dict[str, Any]  # str and int, from strangers' records: cut and printable


class Level(StrEnum):
    """How bad it is, the worst first. Unknown: the name servers gave no answer to go by."""

    ERROR = "error"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"


@dataclass(frozen=True)
class Finding:
    """`about`: spf, dkim, dmarc, mx or domain; `code` has its sentence in outbox.domain_check.words."""

    about: str
    level: Level
    code: str
    details: Details = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def worst(findings: list[Finding]) -> Level:
    """The worst level among them; unknown without any."""
    levels = {finding.level for finding in findings}
    return next((level for level in Level if level in levels), Level.UNKNOWN)


def shown(text: str, length: int = 80) -> str:
    """What a stranger's record says, fit for a page or a terminal."""
    return "".join(sign if sign.isascii() and sign.isprintable() else "?" for sign in text)[:length]
