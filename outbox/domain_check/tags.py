"""Records of the form `tag=value; tag=value`, as DKIM and DMARC have them."""

import re

_TAG = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*)", re.DOTALL)


class WrongTag(ValueError):
    """A part that is no tag, or one that stands twice; its text is the message."""


def parse(record: str) -> dict[str, str]:
    """{tag: value} in order; tags lower-cased, values stripped. Raises WrongTag."""
    tags: dict[str, str] = {}
    for part in record.split(";"):
        part = part.strip()
        if not part:
            continue
        found = _TAG.fullmatch(part)
        if not found or found[1].lower() in tags:
            raise WrongTag(part)
        tags[found[1].lower()] = found[2].strip()
    return tags
