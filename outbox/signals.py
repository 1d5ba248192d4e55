"""What the outbox tells the rooms above it."""

from django.dispatch import Signal

# A provider, or a bounce that came back, says what became of a message, the first time it says so. Sent inside the
# transaction that notes it, with email=Email, kind=MailEvent.Kind, answer=str, now=datetime.
mail_reported = Signal()
