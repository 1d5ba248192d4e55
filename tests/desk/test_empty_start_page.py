"""The start page of a new coalition, which has no `world` yet."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_nothing_waits_is_said_and_empty_queues_are_not_shown(desk):
    html = desk(factories.make_user("editor", "sender")).get("/admin/").content.decode()
    assert "Nothing waits for you." in html
    assert 'class="queue' not in html
