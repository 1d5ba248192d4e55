"""What a crash run proved: the rows of the database joined with what the witness wrote down, by Message-ID."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Verdict:
    """Counts of messages, and the Message-IDs behind what must be nought."""

    rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)  # the row says sent, or nothing sends it any more; nobody got it
    doubled: list[str] = field(default_factory=list)  # arrived twice although the machine may not repeat it
    unmarked: list[str] = field(default_factory=list)  # arrived, while the row says that it did not
    repeated: int = 0  # mail that the machine may repeat, and did, under the same Message-ID
    unknown: list[str] = field(default_factory=list)  # arrived, and no row knows it

    def __str__(self) -> str:
        bad = ", ".join(
            f"{len(found)} {name}"
            for name, found in {
                "lost": self.lost, "doubled": self.doubled, "unmarked": self.unmarked, "unknown": self.unknown
            }.items()
        )  # fmt: skip
        return f"{self.rows} rows {dict(self.states)}: {bad}, {self.repeated} repeated"

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.unmarked or self.unknown)


def witnessed(file: Path) -> list[dict[str, str]]:
    """What the witness accepted, oldest first. A last line that a crash cut off was never said to be accepted."""
    found = []
    for line in file.read_text().splitlines():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return found


def judge(rows: Iterable[tuple[str, str, bool]], seen: list[dict[str, str]]) -> Verdict:
    """`rows`: (Message-ID, state, may_repeat)."""
    copies = Counter(record["message_id"] for record in seen)
    verdict = Verdict()
    known = set()
    for message_id, state, may_repeat in rows:
        known.add(message_id)
        verdict.rows += 1
        verdict.states[state] += 1
        arrived = copies[message_id]
        if state not in {"sent", "uncertain"} or (state == "sent" and not arrived):
            (verdict.unmarked if arrived else verdict.lost).append(message_id)
        elif arrived > 1 and may_repeat:
            verdict.repeated += arrived - 1
        elif arrived > 1:
            verdict.doubled.append(message_id)
    verdict.unknown = sorted(set(copies) - known)
    return verdict
