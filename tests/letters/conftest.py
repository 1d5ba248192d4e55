"""What releases of letters are asked with."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from datetime import date
from typing import NamedTuple

import pytest

from accounts.models import User
from letters.models import Release
from statements.models import Statement
from statements.services import request_release
from tests.factories import make_published, make_template, make_user

REPLY_BY = date(2023, 12, 20)


class World(NamedTuple):
    statement: Statement
    requester: User
    approver: User


@pytest.fixture(scope="module")
def made_world(rows_for_many: Callable[..., AbstractContextManager[World]]) -> Iterator[World]:
    """Templates, a published statement and two senders, written once for a file."""

    def make() -> World:
        make_template("en")
        make_template(
            "ko",
            subject="{{ coalition.name }}의 요청",
            body="{{ signatories.count }}개 단체가 요청합니다. {{ statement.url }}",
        )
        return World(make_published(), make_user("sender"), make_user("sender"))

    with rows_for_many(make) as made:
        yield made


@pytest.fixture
def world(made_world: World, db: None) -> World:
    """Each test's own: it begins with the same rows, whatever another one did."""
    return deepcopy(made_world)


@pytest.fixture
def statement(world: World) -> Statement:
    return world.statement


@pytest.fixture
def requester(world: World) -> User:
    return world.requester


@pytest.fixture
def approver(world: World) -> User:
    return world.approver


@pytest.fixture
def ask(statement, requester, now):
    def ask(recipients, **changed) -> Release:
        said = {"language": "en", "reply_by": REPLY_BY, "by": requester, "now": now}
        return request_release(statement.pk, recipients, **(said | changed))

    return ask
