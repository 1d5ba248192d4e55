"""Many rows written at once hold what they were given, whatever stands in it."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from outbox.models import Email
from privacy.arrays import QuotedListDumper
from tests.factories import NOW

pytestmark = pytest.mark.django_db

ODD = ["", "NULL", "null", '"', "\\", '\\"', "{a,b}", "a,b", " a ", "두 줄\n'", "E'\\n'", "%s %(x)s", "\t\r", "𝒜"]


def test_rows_written_in_bulk_hold_every_sign():
    claim = UUID(int=7)
    written = [
        Email(
            kind="tests", key=f"k{number}{odd}", about=odd, to_fingerprint=bytes(range(number, number + 32)),
            payload={"to": odd, "subject": [odd, None, {odd: odd}]}, due_at=NOW + timedelta(microseconds=number),
            claimed_by=claim if number % 2 else None, created_at=NOW,
        )
        for number, odd in enumerate(ODD)
    ]  # fmt: skip
    Email.objects.bulk_create(written)
    for row, found in zip(written, Email.objects.order_by("due_at"), strict=True):
        for name in ("key", "about", "payload", "due_at", "claimed_by", "lease_until", "unasked"):
            assert getattr(found, name) == getattr(row, name)
        assert bytes(found.to_fingerprint) == row.to_fingerprint


@pytest.fixture(scope="module")
def asked(django_db_setup, django_db_blocker):
    """`asked(list, type)`: the list as PostgreSQL understood it, over a connection as those of the site."""
    if connection.vendor != "postgresql":
        pytest.skip("about arrays")
    with django_db_blocker.unblock():
        connection.ensure_connection()
        its = psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"])
        with its, psycopg.ClientCursor(its) as cursor:
            yield lambda elements, kind: cursor.execute(f"SELECT %s::{kind}[]", [elements]).fetchone()[0]


def test_every_connection_of_the_site_dumps_so(asked):
    dumper = connection.connection.adapters.get_dumper(list, psycopg.adapt.PyFormat.TEXT)
    assert issubclass(dumper, QuotedListDumper)


@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_any_list_of_words_comes_back(asked, words):
    assert asked(words, "text") == words


@pytest.mark.parametrize(
    ("elements", "kind"),
    [([1, None, -(2**62)], "bigint"), ([True, False, None], "boolean"), ([1.5, None], "float8"), ([None, None], "text"),
     ([], "integer"), ([[1, 2], [3, 4]], "integer"), ([["a", '"'], ["\\", None]], "text"), ([b"\0\\\"", b""], "bytea"),
     ([NOW, None], "timestamptz"), ([UUID(int=9), None], "uuid")],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_numbers_and_lists_in_lists_come_back(asked, elements, kind):
    assert asked(elements, kind) == elements
