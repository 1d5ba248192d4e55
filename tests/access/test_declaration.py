"""What is declared is what is there, and what docs/access.md says."""

import pytest

from tests.access import cells, discovery, write_docs
from tests.access import world as worlds


def test_every_address_and_step_is_declared_and_every_declared_one_is_there(whole_site):
    assert not (found := cells.missing()), "\n".join(found)


@pytest.mark.django_db
def test_there_is_a_row_of_every_kind(world):
    assert worlds.missing_rows(discovery.desk_rows(), world) == []


def test_the_page_about_access_is_current():
    assert write_docs.PAGE.read_text() == write_docs.page(), "python -m tests.access.write_docs"
