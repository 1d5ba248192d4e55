"""EMAIL_BACKEND: whatever uses django.core.mail writes rows in the outbox without knowing it."""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from accounts.services import WITHHOLD_HEADER
from outbox import bell, services, tasks
from outbox.exceptions import Unsendable
from outbox.kinds import Kind, register

DJANGO_MAIL = Kind(
    "django", may_repeat=True, after_complaint=True
)  # sign-in codes and the like: a second copy harms nobody
register(DJANGO_MAIL)


class QueueBackend(BaseEmailBackend):
    """Writes one row for each recipient of each message, To, Cc and Bcc alike; nobody sees who else it went to.

    Raises UnsafeHeader for a header that cannot be, Unsendable for an attachment, which a row does not hold. One with
    WITHHOLD_HEADER becomes an empty, withheld row at the cost of a real one, bell included.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            withheld = WITHHOLD_HEADER in message.extra_headers
            if message.attachments:
                raise Unsendable("django.core.mail carries no attachments here: register a kind in outbox.kinds.")
            headers = {name: str(value) for name, value in message.extra_headers.items() if name != WITHHOLD_HEADER}
            if message.reply_to:
                headers["Reply-To"] = ", ".join(message.reply_to)
            html: object = ""
            if isinstance(message, EmailMultiAlternatives):
                html = next((content for content, mimetype in message.alternatives if mimetype == "text/html"), "")
            for address in message.recipients():
                services.write_email(
                    DJANGO_MAIL.name,
                    to=address,
                    subject="" if withheld else str(message.subject),
                    text="" if withheld else str(message.body),
                    html="" if withheld else str(html),
                    key=f"django:{uuid.uuid4()}",
                    now=timezone.now(),
                    withheld=withheld,
                    headers=headers,
                )
                if withheld:
                    bell.ring(tasks.send_due_mail)
        return len(email_messages)
