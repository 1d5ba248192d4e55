"""The world that the matrix asks, built once for each module in a transaction that is rolled back."""

import logging
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.db import transaction
from django.test import override_settings

from tests.access import world as worlds
from tests.access.asking import Asker
from tests.access.cells import Case, every_case
from tests.access.world import World
from tests.conftest import LONG
from tests.whole_site import with_mailbox


@pytest.fixture(scope="module")
def whole_site(tmp_path_factory) -> Iterator[None]:
    """Everything that a site may have is there, the mailbox of the demonstration too; staff need a second factor."""
    folder = tmp_path_factory.mktemp("mail")
    (folder / "one.eml").write_bytes(_message().as_bytes())
    with (
        with_mailbox(),
        override_settings(
            MAIL_DIR=folder,
            STAFF_SECOND_FACTOR=True,
            SECURITY_CONTACT=["security@coalition.example"],
            PAGE_CACHE_SECONDS=600,  # the first to ask draws a public page, as on a busy day
            SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",  # spares each request a query
        ),
    ):
        yield


@pytest.fixture(scope="module")
def world(whole_site: None, django_db_setup: None, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        logging.disable(logging.WARNING)  # thousands of refusals, each with its traceback
        yield worlds.build()
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def asker() -> Asker:
    return Asker()


@pytest.fixture(scope="module")
def cases(world: World, asker: Asker) -> list[Case]:
    return every_case(world, asker)


@pytest.fixture(scope="module")
def some_cases(cases: list[Case]) -> list[Case]:
    """Every fourth in `make test`, all in `make test-long`."""
    return cases if LONG else cases[::4]


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "post@x.example", "kim@x.example", "One"
    message.set_content("Words.")
    message.add_alternative("<p>Words.</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    return message
