"""Every address and every step, asked as everybody: all cells as they are declared."""

import os
from collections import Counter
from contextlib import nullcontext

import pytest

from tests.access import cells, words
from tests.access.asking import quickly
from tests.access.words import ACTS, REFUSED

pytestmark = pytest.mark.django_db
LONG = os.environ.get("TEST_LONG") == "1"


@pytest.fixture(scope="module")
def checked(pytestconfig):
    """How many cells were checked, by the word of their answer; said at the end."""
    counted = Counter()
    yield counted
    plugins = pytestconfig.pluginmanager
    if reporter := plugins.getplugin("terminalreporter"):
        kinds = ", ".join(f"{count:,} {word}" for word, count in counted.most_common())
        with plugins.getplugin("capturemanager").global_and_fixture_disabled():
            reporter.write_line(f"\n{sum(counted.values()):,} cells of the access matrix: {kinds}")


@pytest.mark.parametrize("person", words.people())
def test_everybody_is_answered_as_declared(world, asker, cases, checked, person):
    wrong = []
    with nullcontext() if LONG else quickly():
        for case in cases if LONG else cells.in_short(cases, person):
            for method in ("GET", "POST"):
                expected, leaves = case.expected(method, person), case.leaves if method == "GET" else frozenset()
                undo = expected == ACTS or leaves or (case.counts and expected != REFUSED)
                answer = case.ask(asker, world, method, person, undo=undo)
                checked[answer.kind] += 1
                if answer.kind != expected or (expected != ACTS and answer.wrote - leaves):
                    wrong.append(f"{method} {case.name}: declared “{expected}”, was “{answer}”")
    assert not wrong, f"{person}:\n" + "\n".join(wrong)
