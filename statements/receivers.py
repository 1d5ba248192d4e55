"""What the statements room does when a room below tells it something; `connect` is called once, by ready()."""

from campaigns.signals import digest_closed
from letters.signals import reply_hidden, reply_published
from statements.services import news


def connect() -> None:
    reply_published.connect(news.tell_of_reply, dispatch_uid="statements.tell_of_reply")
    reply_hidden.connect(news.leave_out_reply, dispatch_uid="statements.leave_out_reply")
    digest_closed.connect(news.write_digests, dispatch_uid="statements.write_digests")
