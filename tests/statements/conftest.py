"""A delegate, a statement, and the asking."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from campaigns.models import Delegate
from statements import services
from statements.models import Statement
from tests.factories import NOW, make_delegate, make_statement


class World(NamedTuple):
    delegate: Delegate
    statement: Statement


@pytest.fixture(scope="module")
def moment() -> datetime:
    """When the tests of a file happen; a file whose pages look at the clock themselves says the real time."""
    return NOW


@pytest.fixture
def now(moment: datetime) -> datetime:
    return moment


@pytest.fixture(scope="module")
def made_world(moment: datetime, rows_for_many: Callable[..., AbstractContextManager[World]]) -> Iterator[World]:
    """A delegate and an open statement, written once for a file."""
    now = moment

    def make() -> World:
        return World(
            make_delegate(address="haneul@river.example"), make_statement(now=now, deadline=now + timedelta(days=10))
        )

    with rows_for_many(make) as made:
        yield made


@pytest.fixture
def world(made_world: World, db: None) -> World:
    return deepcopy(made_world)


@pytest.fixture
def delegate(world: World) -> Delegate:
    return world.delegate


@pytest.fixture
def statement(world: World) -> Statement:
    return world.statement


@pytest.fixture
def invite(statement, now):
    """Ask organizations to sign; returns the statement."""

    def invite(*delegates):
        organizations = [delegate.organization for delegate in delegates]
        services.invite_organizations(statement.pk, organizations, by=statement.author, now=now)
        return statement

    return invite


@pytest.fixture
def asked(invite, delegate, client):
    """A statement that waits for the delegate, who is signed in."""
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    return invite(delegate)
