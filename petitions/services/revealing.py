"""Reading the address of a signature in clear, which few may and which the history keeps."""

from datetime import datetime

from accounts import audit
from accounts.exceptions import ReasonMissing
from accounts.models import User
from petitions.models import Signature


def reveal_address(signature_id: int, *, reason: str, by: User, now: datetime) -> str:
    """The address of a signature, "" of one that is forgotten; who asked and why is kept. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    signature = Signature.objects.only("address").get(pk=signature_id)
    audit.record("petitions.reveal_signature", signature, by=by, reason=reason, now=now)
    return signature.address
