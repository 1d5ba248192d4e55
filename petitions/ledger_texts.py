"""What was handed over of a petition, in the ledger of its letters."""

import base64

from letters.bundle import register_texts
from petitions.handover_digest import canonical_handover
from petitions.models import Handover
from petitions.models.handover import ABOUT


def files(about: str) -> list[tuple[str, bytes]]:
    """What the digest is of, and each file that holds no names; a file with names stands in it as its digest alone."""
    handover = Handover.objects.named_in(about).select_related("petition").first()
    if handover is None:
        return []
    kept = handover.files.filter(has_names=False, content__isnull=False)
    said = canonical_handover(
        handover.petition, handover.as_of, handover.count, dict(handover.files.values_list("name", "digest"))
    )
    return [("handover.json", said), *((file.name, base64.b64decode(file.content or "")) for file in kept)]


register_texts(ABOUT.rstrip(":"), files)
