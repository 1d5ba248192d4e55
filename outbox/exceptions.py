"""What a mail server or our own rules refuse."""


class OutboxError(Exception):
    """Base of the refusals of the outbox."""


class Refused(OutboxError):
    """The server answered no to this message; `permanent` says whether asking again can help."""

    def __init__(self, reply: str, *, permanent: bool):
        super().__init__(reply)
        self.permanent = permanent


class Interrupted(OutboxError):
    """The connection broke; `data_begun` says whether the message may have arrived all the same."""

    def __init__(self, reply: str, *, data_begun: bool):
        super().__init__(reply)
        self.data_begun = data_begun
