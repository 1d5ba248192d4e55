"""Whether a name that a stranger typed may stand in a mail."""

import re

# A name that a mail program would turn into a link, or that is a message rather than a name.
_NO_NAME = re.compile(r"[/\\:@<>]|\w\.\w{2,}|.{61}")


def greetable(name: str) -> str:
    """The name, or "" for one that could carry a link or a message into somebody's mailbox."""
    return "" if _NO_NAME.search(name) else name
