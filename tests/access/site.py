"""The site and the world that the matrix asks, for as long as they are open."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.access import world as worlds
from tests.access.world import World
from tests.whole_site import with_mailbox


@contextmanager
def open_site(folder: Path) -> Iterator[None]:
    """Everything that a site may have is there, the mailbox of the demonstration too; staff need a second factor."""
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


@contextmanager
def open_world(blocker: DjangoDbBlocker) -> Iterator[World]:
    """One row of everything, in a transaction that is rolled back."""
    with blocker.unblock(), transaction.atomic():
        logging.disable(logging.WARNING)  # thousands of refusals, each with its traceback
        try:
            yield worlds.build()
        finally:
            logging.disable(logging.NOTSET)
            transaction.set_rollback(True)


def _message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "post@x.example", "kim@x.example", "One"
    message.set_content("Words.")
    message.add_alternative("<p>Words.</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    return message
