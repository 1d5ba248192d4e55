"""The world that the matrix asks, built once for this folder."""

from collections.abc import Iterator

import pytest

from tests.access.asking import Asker
from tests.access.cells import Case, every_case
from tests.access.site import open_site, open_world
from tests.access.world import World
from tests.conftest import LONG


@pytest.fixture(scope="package")
def whole_site(tmp_path_factory) -> Iterator[None]:
    with open_site(tmp_path_factory.mktemp("mail")):
        yield


@pytest.fixture(scope="package")
def world(whole_site: None, django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with open_world(django_db_blocker) as world:
        yield world


@pytest.fixture(scope="package")
def asker() -> Asker:
    return Asker()


@pytest.fixture(scope="package")
def cases(world: World, asker: Asker) -> list[Case]:
    return every_case(world, asker)


@pytest.fixture(scope="package")
def some_cases(cases: list[Case]) -> list[Case]:
    """Every fourth in `make test`, all in `make test-long`."""
    return cases if LONG else cases[::4]
