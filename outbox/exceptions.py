"""What a mail server or our own rules refuse."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class OutboxError(Exception):
    """Base of the refusals of the outbox."""


class Unsendable(OutboxError):
    """Our own rules keep this message back, for good; `sentence` (a msgid) tells staff why."""

    sentence = gettext_noop("This message could not be put together, so nothing was sent.")

    def __init__(self, detail: str = ""):
        super().__init__(detail or self.sentence)


class UnsafeHeader(Unsendable, ValueError):
    """A header value with a line break or another control character, or a header that callers may not set."""

    sentence = gettext_noop("A header of this message holds a line break or a control character; nothing was sent.")


class UnusableAddress(Unsendable):
    """Not one plain mailbox: several addresses, a route, quotes, brackets, letters that mail servers do not take."""

    sentence = gettext_noop("This is not an address that mail can be sent to as it stands; nothing was sent.")


class DomainNotAllowed(Unsendable):
    """The address is fine, but ALLOWED_MAIL_DOMAINS does not hold its domain."""

    sentence = gettext_noop("This domain is not in ALLOWED_MAIL_DOMAINS; nothing was sent.")


class TooLarge(Unsendable):
    """With its attachments the message is larger than MAIL_MAX_BYTES."""

    sentence = gettext_noop(
        "With its attachments this message is larger than mail servers take (MAIL_MAX_BYTES); nothing was sent."
    )


class KilledItsWorker(Unsendable):
    """Each time it was put together the sending process ended."""

    sentence = gettext_noop(
        "The sending process ended several times while it put this message together; nothing was sent."
    )


class AddressSuppressed(Unsendable):
    """Mail to this address came back, or whoever reads it complained."""

    sentence = gettext_noop(
        "This address takes no mail any more, or asked for none: it is on the list of suppressed addresses. Nothing "
        "was sent."
    )


class OutOfDate(Unsendable):
    """Whom a message names, or where it goes, is not what was approved."""

    sentence = gettext_noop(
        "The holder or the address of the office has changed since this letter was approved. Nothing was sent."
    )


KINDS = (
    Unsendable,
    UnsafeHeader,
    UnusableAddress,
    DomainNotAllowed,
    TooLarge,
    KilledItsWorker,
    AddressSuppressed,
    OutOfDate,
)
OWN_REFUSALS = {kind.sentence for kind in KINDS}


def in_words(reply: str) -> str:
    """A stored answer for whoever reads it: our own sentences in their language, a server's as it came."""
    return _(reply) if reply in OWN_REFUSALS else reply


class NotPossible(OutboxError):
    """A step of staff that this e-mail or address does not allow; the message is for them."""


class Refused(OutboxError):
    """The server answered no to this message; `permanent` says whether asking again can help."""

    def __init__(self, reply: str, *, permanent: bool):
        super().__init__(reply)
        self.permanent = permanent


class Interrupted(OutboxError):
    """The connection broke; `data_begun` says whether the message may have arrived all the same.

    `reused`: it had carried a message before, so that a server may simply have had enough of it.
    """

    def __init__(self, reply: str, *, data_begun: bool, reused: bool = False):
        super().__init__(reply)
        self.data_begun, self.reused = data_begun, reused
