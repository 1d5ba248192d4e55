"""EMAIL_BACKEND: whatever uses django.core.mail writes rows in the outbox without knowing it."""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from outbox import services
from outbox.kinds import Kind, register

DJANGO_MAIL = Kind("django", may_repeat=True)  # sign-in codes and the like: a second copy harms nobody
register(DJANGO_MAIL)


class QueueBackend(BaseEmailBackend):
    """Writes one row for each recipient of each message."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            html: object = ""
            if isinstance(message, EmailMultiAlternatives):
                html = next((content for content, mimetype in message.alternatives if mimetype == "text/html"), "")
            for address in message.recipients():
                services.write_email(
                    DJANGO_MAIL.name,
                    to=address,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=str(html),
                    key=f"django:{uuid.uuid4()}",
                    now=timezone.now(),
                )
        return len(email_messages)
