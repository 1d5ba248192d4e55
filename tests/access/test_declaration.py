"""What is declared is what is there."""

import pytest

from tests.access import cells, discovery
from tests.access import world as worlds

pytestmark = pytest.mark.django_db


def test_every_address_and_step_is_declared_and_every_declared_one_is_there(world):
    assert not (found := cells.missing()), "\n".join(found)


def test_there_is_a_row_of_every_kind(world):
    assert worlds.missing_rows(discovery.desk_rows(), world) == []
