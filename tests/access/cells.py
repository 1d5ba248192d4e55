"""The matrix: every address and step, with what it is asked and what everybody is to be answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse

from tests.access import addresses, declared, discovery
from tests.access.asking import Answer, Asker, drawn
from tests.access.words import (
    ACTS,
    MOVES,
    NOBODY,
    OPENS,
    REFUSED,
    SIGN_IN,
    SIGNED_IN,
    STAFF,
    SUPERUSER,
    TOLD,
    TWINS,
    Page,
    Rows,
    Step,
    Who,
    people,
    staff,
)
from tests.access.world import World


@dataclass(frozen=True)
class Case:
    """One address with one meaning. `path` and `form` may differ by person; `expected(method, person)` is a word."""

    name: str
    path: Callable[[str], str]
    form: Callable[[str], dict[str, Any]]
    expected: Callable[[str, str], str]
    leaves: frozenset[str] = NOBODY  # the tables that reading it may write
    at_desk: bool = False
    counts: bool = False  # how often somebody comes is counted, and the answer depends on it

    def ask(self, asker: Asker, world: World, method: str, person: str, **how: Any) -> Answer:
        form = self.form(person) if method == "POST" else None
        return asker.ask(world.session(person), method, self.path(person), form, **how)


def every_case(world: World, asker: Asker) -> list[Case]:
    """Every case that is declared."""
    found = [*_pages(world)]
    for label, rows in declared.DESK_ROWS.items():
        found += _rows(world, asker, label, rows)
    found += _app_lists()
    return found


def readers(rows: Rows) -> Who:
    return staff(*rows.read)


def in_short(cases: list[Case], person: str) -> list[Case]:
    """What this person is asked in `make test`; `make test-long` asks everybody everything.

    Strangers and delegates are asked about every second page outside the desk, and every ninth of it; staff about
    every fifth page of everything, each role about others; the twins of a role only about a fifth of their own work.
    """
    turn = people().index(person)
    if person in STAFF:
        mine = cases
        if person in TWINS:
            tables = ["statements_statement", "petitions_petition", "letters_release"]
            own_work = [*tables, *(name.replace("_", ".") for name in tables)]
            mine = [case for case in cases if any(name in case.name for name in own_work)]
        return [case for place, case in enumerate(mine) if (place + turn) % 5 == 0]
    return [case for place, case in enumerate(cases) if (place + turn) % (9 if case.at_desk else 2) == 0]


# --- Pages of no particular row ---------------------------------------------------------------------
def _pages(world: World) -> Iterator[Case]:
    areas: list[tuple[dict[str, Page], Callable[[Page], Callable[[str, str], str]]]] = [
        (declared.PUBLIC_PAGES, _in_public),
        (declared.DELEGATE_PAGES, _in_the_delegates_area),
        (declared.DESK_PAGES, _at_the_desk),
        (declared.WAY_IN_PAGES, _on_the_way_in),
    ]
    for pages, area in areas:
        for key, page in pages.items():
            yield _page(world, key, page, area(page))


def _page(world: World, key: str, page: Page, expected: Callable[[str, str], str]) -> Case:
    return Case(
        key,
        lambda person: addresses.path(world, key, person),
        lambda person: addresses.posted(world, key, person),
        expected,
        page.leaves,
        at_desk=key in declared.DESK_PAGES or (key.startswith("admin:") and key not in declared.WAY_IN_PAGES),
        counts=not key.startswith("admin:") or key in declared.WAY_IN_PAGES or key == "admin:login",
    )


def _allowed(page: Page, method: str, person: str) -> str:
    """What those are answered whom the page is for, "" for the others."""
    if word := page.but.get(f"{method} {person}"):
        return word
    if method == "POST":
        return page.post if person in page.acts else ""
    return page.get if person in page.opens else ""


def _in_public(page: Page) -> Callable[[str, str], str]:
    return lambda method, person: _allowed(page, method, person) or REFUSED


def _in_the_delegates_area(page: Page) -> Callable[[str, str], str]:
    def expected(method: str, person: str) -> str:
        if not (page.acts if method == "POST" else page.opens):
            return REFUSED  # the method, before anybody is looked at
        return _allowed(page, method, person) or (REFUSED if person in SIGNED_IN else SIGN_IN)

    return expected


def _at_the_desk(page: Page) -> Callable[[str, str], str]:
    def expected(method: str, person: str) -> str:
        if person not in STAFF:
            return page.but.get(f"{method} {person}") or page.strangers or SIGN_IN
        return _allowed(page, method, person) or (page.others if method == "POST" else REFUSED)

    return expected


def _on_the_way_in(page: Page) -> Callable[[str, str], str]:
    """Pages without a door before them: a method that is not theirs is refused to all."""

    def expected(method: str, person: str) -> str:
        if not (page.acts if method == "POST" else page.opens):
            return REFUSED
        return _allowed(page, method, person) or page.strangers or REFUSED

    return expected


# --- Rows of the desk -------------------------------------------------------------------------------
def _rows(world: World, asker: Asker, label: str, rows: Rows) -> Iterator[Case]:
    for key, kind in discovery.usual_pages(label).items():
        if kind != "step":
            page = rows.pages.get(key) or usual(rows, kind)
            yield _usual(world, asker, label, rows, key, kind, page)
    for key, page in rows.pages.items():
        if key not in discovery.usual_pages(label):
            yield _page(world, key, page, _at_the_desk(page))
    for name, step in rows.steps.items():
        yield _step(world, label, rows, name, step)
    nothing = Step("An invented step", [])
    yield _step(world, label, rows, "invented", nothing)


def usual(rows: Rows, kind: str) -> Page:
    """What a list, a page and so on of these rows are, where nothing else is declared."""
    read, nobody = readers(rows), NOBODY
    if kind == "list":
        return Page("", read, read, post=OPENS)  # a menu of actions does not exist: posting to it shows the list
    if kind == "add":
        may_add = nobody if rows.add is None else staff(*rows.add)
        return Page("", may_add, may_add)
    if kind == "change":
        return Page(
            "",
            read,
            nobody if rows.change is None else staff(*rows.change),
            leaves=frozenset({"accounts_auditentry"}) if rows.leaves_a_line else NOBODY,
        )
    if kind == "delete":
        return Page("", nobody)
    return Page("", STAFF, STAFF, get=MOVES, post=MOVES)  # history and the bare number lead to the page


def _usual(world: World, asker: Asker, label: str, rows: Rows, key: str, kind: str, page: Page) -> Case:
    row = world.rows[label]
    base = reverse(f"admin:{label.replace('.', '_')}_changelist")
    where = {"list": base, "add": f"{base}add/", "bare": f"{base}{row.pk}/"}.get(kind) or f"{base}{row.pk}/{kind}/"
    form: dict[str, Any] = {}
    if kind == "list":
        form = {"action": "delete_selected", "index": "0", "select_across": "1", "_selected_action": [str(row.pk)]}
        form["post"] = "yes"
    elif kind == "delete":
        form = {"post": "yes"}

    @cache
    def of_the_page() -> dict[str, Any]:
        changes = (addresses.NEW if kind == "add" else addresses.CHANGED).get(label, {})
        with drawn():
            page_drawn = asker.ask(world.session(SUPERUSER), "GET", where)
        return addresses.filled(page_drawn.body.decode(), changes, world)

    has_form = bool(rows.add if kind == "add" else rows.change if kind == "change" else False)
    return Case(
        key,
        lambda person: where,
        lambda person: of_the_page() if has_form else form,
        _at_the_desk(page),
        page.leaves,
        at_desk=True,
    )


def _step(world: World, label: str, rows: Rows, name: str, step: Step) -> Case:
    row = world.step_rows.get((label, name)) or world.rows[label]
    where = reverse(f"admin:{label.replace('.', '_')}_actions", args=[row.pk, name])
    form = addresses.step_form(world, label, name)
    may = step.may if name in rows.steps else NOBODY
    model_admin = discovery.desk_rows()[label]
    has_page = name in rows.steps and "GET" in getattr(model_admin, name).methods

    def expected(method: str, person: str) -> str:
        if person not in STAFF:
            return SIGN_IN
        if name not in rows.steps or person not in readers(rows):
            return REFUSED
        if method != "POST" and not has_page:
            return REFUSED
        if person in may:
            return ACTS if method == "POST" and not step.only_looks else OPENS
        own_work = TWINS.get(person) in step.by
        return REFUSED if own_work and has_page and method == "POST" else TOLD

    return Case(f"{label}: {name}", lambda person: where, lambda person: form, expected, at_desk=True)


# --- What several rows share ------------------------------------------------------------------------
def _app_lists() -> Iterator[Case]:
    for app in sorted({label.split(".")[0] for label in declared.DESK_ROWS}):
        may: Who = frozenset().union(
            *(readers(rows) for label, rows in declared.DESK_ROWS.items() if label.startswith(f"{app}."))
        )
        page = Page("", may, may, post=OPENS)
        where = reverse("admin:app_list", args=[app])
        yield Case(
            f"admin:app_list {app}",
            _always(where),
            _always({}),
            _at_the_desk(page),
            at_desk=True,
        )


def _always(value: Any) -> Callable[[str], Any]:
    return lambda person: value


def missing() -> list[str]:
    """What Django has and nobody declared, and what is declared and no longer there: sentences that say what to do."""
    pages = declared.PUBLIC_PAGES | declared.DELEGATE_PAGES | declared.DESK_PAGES | declared.WAY_IN_PAGES
    rows = declared.DESK_ROWS
    keys = set(pages) | {"admin:app_list", "admin:autocomplete"}
    keys |= {key for label in rows for key in discovery.usual_pages(label)}
    keys |= {key for row in rows.values() for key in row.pages}
    there = {address.key: address.route for address in discovery.addresses()}
    say = "in tests/access/declared.py"
    found = [
        f"{key} ({there[key]}) is not declared: say {say} who may open it and who may act there, and in "
        f"tests/access/addresses.py (ARGUMENTS, POSTED) with what it is asked."
        for key in sorted(set(there) - keys)
    ]
    found += [f"{key} is declared {say} but no longer there: take it out." for key in sorted(keys - set(there))]
    registered = discovery.desk_rows()
    found += [
        f"{label} has pages at the desk: say {say} (DESK_ROWS) who reads, adds and changes it, and put one into "
        f"tests/access/world.py."
        for label in sorted(set(registered) - set(rows))
    ]
    for label, steps in discovery.desk_steps().items():
        declared_steps = set(rows[label].steps) if label in rows else set()
        found += [
            f"the step “{name}” of {label} is not declared: say {say} who may take it, and in "
            f"tests/access/addresses.py (STEPS) what its form says."
            for name in sorted(set(steps) - declared_steps)
        ]
        found += [
            f"the step “{name}” of {label} is declared {say} but no longer there: take it out."
            for name in sorted(declared_steps - set(steps))
        ]
    return found
