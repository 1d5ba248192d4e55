"""What this room tells those above it, which know the text that a letter is about."""

from django.dispatch import Signal

# What came back may be read by everybody from now on: sent in the transaction that says so, with reply, about and now.
reply_published = Signal()
# It may be read no more: with reply.
reply_hidden = Signal()
# A second person is approving a release; a receiver that knows why it may not leave raises ReleaseRefused.
# Sent in the transaction of the approval, with release and now.
release_being_approved = Signal()
