"""What the digest of a handover is of."""

import json
from collections.abc import Mapping
from datetime import datetime

from petitions.models import Petition


def canonical_handover(petition: Petition, as_of: datetime, count: int, digests: Mapping[str, str]) -> bytes:
    """Petition, moment, count and the SHA-256 of each file, as canonical JSON; its SHA-256 is the digest."""
    said = {"petition": petition.slug, "as_of": as_of.isoformat(), "count": count, "files": dict(digests)}
    return json.dumps(said, sort_keys=True).encode()
