"""A transport that keeps what was sent in a list, parsed."""

import email.policy
from email import message_from_bytes
from email.message import EmailMessage

from outbox.transport import Wire

sent: list[EmailMessage] = []


class MemoryTransport:
    """settings.OUTBOX_TRANSPORT = "tests.memory.MemoryTransport"; see the fixture `sent_mail`."""

    def open(self) -> None:
        """Nothing to open."""

    def send(self, wire: Wire) -> str:
        sent.append(message_from_bytes(wire.content, policy=email.policy.default))
        return "memory"

    def close(self) -> None:
        """Nothing stays open."""
