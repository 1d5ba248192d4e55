"""What every test may use. The servers and the environment come from tests/servers.py, which pytest loads first."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import environ
import hypothesis
import pytest
from django.conf import LazySettings, settings
from django.core.cache import caches
from django.db import transaction
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from accounts.audit import triggers
from config import catalogs
from petitions.services import limits
from privacy import addresses
from statements import triggers as locked_texts
from tests import databases, memory, shares

Made = TypeVar("Made")
JOURNEYS = "tests/journeys"
ALONE = [f"{JOURNEYS}/test_servers_fail.py", f"{JOURNEYS}/test_planted.py"]  # each has a site or a world of its own
ACCESS = "tests/access"
FIRST = [ALONE[0], JOURNEYS, ACCESS, ALONE[1], "tests/demo/test_load_demo.py"]  # the longest
FIRST_RULES = import_module("privacy.migrations.0003_manage_provider_rules").RULES
FIRST_FOLDINGS = {domain: addresses.Folding(*rule) for domain, *rule in FIRST_RULES}
LONG = os.environ.get("TEST_LONG") == "1"
only_long = pytest.mark.skipif(not LONG, reason="in make test-long")

hypothesis.settings.register_profile("short", max_examples=30, deadline=None, derandomize=True)
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("long" if LONG else "short")


def pytest_configure() -> None:
    catalogs.compile_all()  # here before pytest-xdist starts its workers
    settings.AUDIT_STRICT = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a good hash is a slow one
    settings.STAFF_SECOND_FACTOR = False  # the tests of the second factor turn it on


@pytest.fixture(scope="session", autouse=True)
def _audit_may_be_emptied() -> Iterator[None]:
    """The end of a test that committed empties every table, the audit too."""
    flushing: Any = TransactionTestCase
    flush = flushing._fixture_teardown

    def flush_with_triggers_lifted(case: TransactionTestCase) -> None:
        with triggers.lifted(), locked_texts.lifted():
            flush(case)

    flushing._fixture_teardown = flush_with_triggers_lifted
    yield
    flushing._fixture_teardown = flush


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out what `make test` runs on the other database."""
    is_shared = os.environ.get("TEST_SHARE") and collection_path.suffix == ".py"
    return True if is_shared and not shares.is_for(os.environ["TEST_DATABASE"], collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys, and let the longest go first: what is short fills the workers at the end."""
    for item in items:
        if item.path.is_relative_to(shares.TESTS / "journeys"):
            item.add_marker(pytest.mark.journey)
    items.sort(key=lambda item: [*FIRST, group_of(item.nodeid)].index(group_of(item.nodeid)))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: let the garbage collector look at it no more, and seldom at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def group_of(test: str) -> str:
    """What runs in one worker of pytest-xdist: the journeys on one site, all of one world, and otherwise a file."""
    file = test.partition("::")[0]
    return next((folder for folder in (JOURNEYS, ACCESS) if file.startswith(f"{folder}/") and file not in ALONE), file)


class _Groups(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Groups(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(worker_id: str) -> None:
    """A copy of the migrated database; on SQLite a file, as in the product: memory knows neither WAL nor IMMEDIATE."""
    copy = environ.Env.db_url_config(databases.copy_of_migrated(f"test_{worker_id}"))
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = copy["NAME"]


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the copy as it is."""
    return True


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    """A page or a counter that one test cached is not there for the next."""
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()
    limits.forget()


@pytest.fixture(autouse=True)
def _provider_rules_are_known() -> None:
    """Those that a new database begins with: no test waits for the minute to end, or counts the query."""
    addresses.remember(FIRST_FOLDINGS)


@pytest.fixture(scope="session")
def rows_for_many(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Callable[[Callable[[], Made]], AbstractContextManager[Made]]:
    """`with rows_for_many(make) as made: yield made` in a fixture of a file: `make` writes its rows once.

    Each test rolls back to them, and they are rolled back themselves at the end of the block. What `made` holds in
    memory is not: a fixture of the test hands out a copy.
    """

    @contextmanager
    def rows(make: Callable[[], Made]) -> Iterator[Made]:
        with ExitStack() as stack:
            with django_db_blocker.unblock():
                stack.enter_context(transaction.atomic())
                stack.callback(transaction.set_rollback, True)
                made = make()
            yield made
            with django_db_blocker.unblock():
                stack.close()

    return rows


@pytest.fixture
def run_on_commit(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list]],
) -> Callable[[], AbstractContextManager[list]]:
    """`with run_on_commit():` does at its end what waits for the commit, which a test's transaction never reaches."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def sent_mail(settings: LazySettings) -> list[EmailMessage]:
    """What the worker sends in this test, parsed."""
    settings.OUTBOX_TRANSPORT = "tests.memory.MemoryTransport"
    memory.sent.clear()
    return memory.sent


@pytest.fixture
def now() -> datetime:
    """A moment for services that take one: noon of a Monday, some weeks after the letter of 13 October 2023."""
    return datetime(2023, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def rounds() -> Callable[[int, int], int]:
    """`rounds(20, 2_000)`: how often a seeded test repeats, in `make test` and in `make test-long`."""
    return lambda short, long: long if LONG else short
