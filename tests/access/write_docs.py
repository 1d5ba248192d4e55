"""Writes docs/access.md from the declaration: `python -m tests.access.write_docs`."""

from collections.abc import Iterator
from pathlib import Path

from tests.access import declared
from tests.access.words import (
    ACTS,
    DELEGATES,
    EVERYBODY,
    MOVES,
    OPENS,
    ROLES,
    SIGNED_IN,
    STAFF,
    SUPERUSER,
    TWINS,
    Page,
    Rows,
    Who,
    people,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
SHORT = {
    EVERYBODY: "everybody",
    STAFF: "every member of staff",
    DELEGATES: "every delegate",
    declared.OF_THE_ORGANIZATION: "every delegate of the organization",
    declared.SETTING_UP: "staff, and who must set up a second factor",
    SIGNED_IN: "whoever is signed in",
}
HEAD = """\
# Who may do what

Every address of the site and every step of the desk, with who may open it and who may act there. Written from
`tests/access/declared.py` by `python -m tests.access.write_docs`; do not edit it by hand. `tests/access` asks every
address as everybody, by GET and by POST, and fails when an answer differs, when a refused request changes a row, or
when an address or a step is not declared. Other methods are refused everywhere.

A superuser may do whatever a role may, except approve their own work; nobody deletes rows at the desk.

**Who comes:** {people}.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD.format(people=", ".join(people()))]
    parts += _section("For everybody", "No account, no cookie.", declared.PUBLIC_PAGES)
    parts += _section(
        "The delegate's area",
        "Whoever is not signed in is sent to sign in; everybody else is refused. A delegate sees texts that the own "
        "organization was asked to sign, and nothing of another.",
        declared.DELEGATE_PAGES,
    )
    parts += _section("The way into the desk", "These pages look for themselves who comes.", declared.WAY_IN_PAGES)
    parts += _section(
        "The desk", "Whoever is not signed in with all that is asked for is sent to sign in.", declared.DESK_PAGES
    )
    parts += ["## The desk, by kind of row\n", "What is not marked is refused.\n", *_matrix(), ""]
    return "\n".join(parts)


def _section(title: str, said: str, pages: dict[str, Page]) -> list[str]:
    rows = [f"| {page.what} | {_who(page.opens, page.get)} | {_who(page.acts, page.post)} |" for page in pages.values()]
    return [f"## {title}\n", f"{said}\n", "| page | opens | acts |", "|---|---|---|", *rows, ""]


def _who(who: Who, answer: str) -> str:
    if not who:
        return "–"
    names = SHORT.get(who) or ", ".join(person for person in people() if person in who and person not in TWINS)
    return names if answer in {ACTS, MOVES, OPENS} else f"{names} ({answer})"


def _matrix() -> Iterator[str]:
    yield f"| | {' | '.join(ROLES)} |"
    yield f"|---|{':-:|' * len(ROLES)}"
    for rows in declared.DESK_ROWS.values():
        yield f"| **{rows.what}** |{' |' * len(ROLES)}"
        yield from _of(rows)


def _of(rows: Rows) -> Iterator[str]:
    yield _line("read, each reading written down" if rows.leaves_a_line else "read", rows.read)
    if rows.add:
        yield _line("add", rows.add)
    if rows.change:
        yield _line("change", rows.change)
    for step in rows.steps.values():
        others = dict.fromkeys(TWINS, f"{step.what}, but not one's own")
        yield _line(others.get(step.but, step.what), step.by)
    for page in rows.pages.values():
        who = page.acts or page.opens
        if who != STAFF:
            yield _line(page.what, [role for role in ROLES if role in who])


def _line(what: str, roles: list[str]) -> str:
    assert SUPERUSER not in roles
    return f"| {what} | {' | '.join('×' if role in roles else '' for role in ROLES)} |"


if __name__ == "__main__":
    PAGE.write_text(page())
