"""What this room tells those above it."""

from django.dispatch import Signal

# The news of a campaign go out now: sent in the transaction that closes the digest, with digest, news (a list) and now.
digest_closed = Signal()
