"""What the documents say of the code is true: every requirement, test, file, setting, command, figure and link."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from privacy.retention import clocks

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
STATUSES = {"met", "met by design", "operator", "does not apply", "open"}
SUFFIXES = "py|md|txt|html|css|js|po|typ|toml|in|example|yaml|yml|json"
CODE = re.compile(r"`([^`\n]+)`")
TEST_ID = re.compile(r"tests/[\w/]+\.py(?:::\w+)+")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# Words in capitals that a document names and that are no settings of ours.
NOT_SETTINGS = {
    "POST",
    "GET",
    "UPDATE",
    "INSERT",
    "SELECT",
    "COPY",
    "DATA",
    "IMMEDIATE",
    "DSN",
    "SITE",
    "DIGEST",
    "UPGRADE",
}


@dataclass(frozen=True)
class Requirement:
    """One row of docs/asvs.md."""

    number: str
    level: int
    asks: str
    status: str
    how: str
    proofs: list[str]


@cache
def requirements() -> list[Requirement]:
    rows = []
    for line in (ROOT / "docs" / "asvs.md").read_text().splitlines():
        if re.match(r"\| V\d", line):
            number, level, asks, status, how, proof = (cell.strip() for cell in line.strip("|").split(" | "))
            rows.append(Requirement(number, int(level), asks, status, how, CODE.findall(proof)))
    return rows


@cache
def names_in(path: Path) -> set[str]:
    """`test_a`, and `TestB::test_c` for those in a class."""
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return {name for name in names if name.rpartition("::")[2].startswith("test_")}


def exists(test_id: str) -> bool:
    file, _, name = test_id.partition("::")
    return (ROOT / file).is_file() and name in names_in(ROOT / file)


def anchors(path: Path) -> set[str]:
    """What GitHub makes of the headings of a document."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", FENCED.sub("", path.read_text()), re.MULTILINE):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- ASVS -----------------------------------------------------------------------------------------
def test_every_requirement_of_level_1_and_2_stands_there_once_with_its_level():
    lines = (Path(__file__).parent / "asvs_ids.txt").read_text().splitlines()
    wanted = dict(line.split() for line in lines if not line.startswith("#"))
    assert Counter(wanted.values()) == {"1": 70, "2": 183}
    assert Counter(row.number for row in requirements()) == Counter(list(wanted))
    assert {row.number: str(row.level) for row in requirements()} == wanted


@pytest.mark.parametrize("row", requirements(), ids=lambda row: row.number)
def test_a_requirement_says_how_it_stands(row):
    assert row.status in STATUSES
    assert 1 <= len(row.asks.split()) <= 12
    assert len(row.how) >= 5, "no sentence says how, or why not"
    assert row.how != "x"
    assert row.proofs
    if row.status == "open":
        assert len(row.how.split()) >= 5, "an open requirement says what is missing"
    if row.status == "met":
        assert all("::" in proof for proof in row.proofs), "what is met has a test"
    for proof in row.proofs:
        assert exists(proof) if "::" in proof else (ROOT / proof).is_file(), proof


# --- Every document -------------------------------------------------------------------------------
@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_its_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", path.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_the_tests_and_files_it_names_exist(path):
    words = CODE.findall(path.read_text())
    for word in words:
        for test_id in TEST_ID.findall(word):
            assert exists(test_id), test_id
        if "::" not in word and re.fullmatch(rf"[\w./-]+/[\w.-]+\.(?:{SUFFIXES})", word) and not word.startswith("/"):
            assert (ROOT / word).exists() or (path.parent / word).exists(), word


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_the_settings_it_names_exist(path):
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for word in CODE.findall(FENCED.sub("", path.read_text())):
        for name in re.findall(r"(?<![\w.])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b", word):
            assert name in known or hasattr(settings, name), name
        if re.fullmatch(r"[A-Z]{3,}", word) and word not in NOT_SETTINGS:
            assert word in known or hasattr(settings, word), word


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_the_commands_it_names_exist(path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = path.read_text()
    for name in re.findall(r"manage\.py ([a-z_]+)", text):
        assert name in get_commands(), name
    for name in re.findall(r"`make ([a-z-]+)", text) + re.findall(r"^make ([a-z-]+)", text, re.MULTILINE):
        assert name in targets, name


# --- Figures --------------------------------------------------------------------------------------
def test_the_limits_in_the_document_are_those_of_the_code():
    text = (ROOT / "docs" / "security.md").read_text()
    section = text.partition("\n## Limits\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (\d+) \| `([\w.]+)` \|$", section, re.MULTILINE)
    assert len(rows) >= 10
    for what, figure, dotted in rows:
        module, _, name = dotted.rpartition(".")
        value = getattr(settings, name) if module == "config.settings" else getattr(import_module(module), name)
        if isinstance(value, timedelta):
            unit = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}[what.split()[0]]
            value = int(value.total_seconds() // unit)
        assert value == int(figure), dotted


def test_what_is_kept_how_long_is_what_the_clocks_do():
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (\d+) \| ", (ROOT / "docs" / "security.md").read_text(), re.MULTILINE))
    assert {name: int(days) for name, days in rows.items()} == {clock.name: clock.after.days for clock in clocks()}


def test_every_setting_stands_in_the_example_and_nothing_else_does():
    """`.env.example` lists what the settings read, and each of them is read."""
    listed = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    source = (ROOT / "config" / "settings.py").read_text() + (ROOT / "config" / "environment.py").read_text()
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]+)["']""", source))
    assert listed <= read
    assert read - listed <= {"STATICFILES_BACKEND"}  # for the tests alone
