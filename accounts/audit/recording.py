"""Writing lines, and keeping personal data out of them."""

import ipaddress
import logging
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.exceptions import PersonalDataInAudit
from accounts.models import AuditEntry, User

logger = logging.getLogger(__name__)

MAX_REASON = 500  # characters, as the column holds
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")  # an e-mail address, or what somebody meant as one
_WORD = re.compile(r"[A-Za-z0-9_.:/=+-]{0,120}")  # an id, a state, a digest, the name of a field; no blank
WITHHELD = "withheld"


def record(
    act: str, target: models.Model, /, *, by: User | None, reason: str = "", now: datetime | None = None, **details: Any
) -> AuditEntry:
    """Write who did what to which row, in the caller's transaction. `details` hold ids and states.

    What could be personal data is refused: with AUDIT_STRICT (DEBUG, tests) by PersonalDataInAudit, else it is
    withheld and logged, for no act may fail over its line.
    """
    return record_about(target._meta.label_lower, target.pk, act, by=by, reason=reason, now=now, **details)


def record_about(
    object_type: str,
    object_id: int,
    act: str,
    /,
    *,
    by: User | None,
    reason: str = "",
    now: datetime | None = None,
    **details: Any,
) -> AuditEntry:
    """The same about something that is no numbered row; see record()."""
    return AuditEntry.objects.create(
        at=now or timezone.now(),
        by=by,
        act=act,
        object_type=object_type,
        object_id=object_id,
        reason=_without_addresses(reason, act),
        details={key: _impersonal(value, act, key) for key, value in details.items()},
    )


def history(target: models.Model) -> models.QuerySet[AuditEntry]:
    """The lines about one row, newest first."""
    return AuditEntry.objects.filter(object_type=target._meta.label_lower, object_id=target.pk).select_related("by")


def _impersonal(value: Any, act: str, key: str) -> Any:
    """The value when it is an id, a short state, or a list or dict of these."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_impersonal(item, act, key) for item in value]
    if isinstance(value, dict):
        return {str(name): _impersonal(item, act, key) for name, item in value.items()}
    if isinstance(value, str) and _WORD.fullmatch(value) and not _is_network_address(value):
        return str(value)  # a member of TextChoices becomes its value
    _refuse(act, f"the detail “{key}”")
    return WITHHELD


def _without_addresses(reason: str, act: str) -> str:
    if ADDRESS.search(reason):
        _refuse(act, "the reason")
        reason = ADDRESS.sub(WITHHELD, reason)
    return reason.replace("\x00", "")[:MAX_REASON]


def _refuse(act: str, where: str) -> None:
    """Name the place, never the value."""
    sentence = f"The audit line “{act}” would hold what may be personal data, in {where}: ids and states only."
    if settings.AUDIT_STRICT:
        raise PersonalDataInAudit(sentence)
    logger.error(sentence)


def _is_network_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return "." in value or ":" in value
