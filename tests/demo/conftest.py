"""Loading commits, so what it leaves behind has to be taken away."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.audit import triggers
from statements import triggers as locked_texts


@pytest.fixture(scope="session", autouse=True)
def migrated(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> str:
    """What migrating wrote (roles, content types), read before the first test of this folder."""
    with django_db_blocker.unblock():
        rows: str = connection.creation.serialize_db_to_string()
    return rows


@pytest.fixture(scope="session")
def committed(migrated: str, django_db_blocker: DjangoDbBlocker) -> Callable[[], AbstractContextManager[None]]:
    """`with committed():` what the block writes stays until its end; before and after there is what migrating wrote.

    Not `django_db(transaction=True)`: its flush writes the roles again under other numbers, and the tests that
    restore the migrated rows (serialized_rollback) stumble over them.
    """

    def restore() -> None:
        with triggers.lifted(), locked_texts.lifted():
            call_command("flush", interactive=False, verbosity=0, reset_sequences=False, inhibit_post_migrate=True)
        connection.creation.deserialize_db_from_string(migrated)
        ContentType.objects.clear_cache()

    @contextmanager
    def committed() -> Iterator[None]:
        with django_db_blocker.unblock():
            restore()
            try:
                yield
            finally:
                restore()

    return committed
