"""What releases of letters are asked with."""

from datetime import date

import pytest

from letters.models import Release
from statements.services import request_release
from tests.factories import make_published, make_template, make_user

REPLY_BY = date(2023, 12, 20)


@pytest.fixture
def statement():
    make_template("en")
    make_template(
        "ko",
        subject="{{ coalition.name }}의 요청",
        body="{{ signatories.count }}개 단체가 요청합니다. {{ statement.url }}",
    )
    return make_published()


@pytest.fixture
def requester():
    return make_user("sender")


@pytest.fixture
def approver():
    return make_user("sender")


@pytest.fixture
def ask(statement, requester, now):
    def ask(recipients, **changed) -> Release:
        said = {"language": "en", "reply_by": REPLY_BY, "by": requester, "now": now}
        return request_release(statement.pk, recipients, **(said | changed))

    return ask
