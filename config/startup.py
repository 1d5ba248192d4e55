"""What every process looks at before it serves: whether its keys are those of the database."""

import logging

from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from privacy import keys

logger = logging.getLogger(__name__)


def check_keys() -> None:
    """Raise ImproperlyConfigured when the keys are unusable or not those of this database.

    A database that does not answer, or was never migrated, cannot be compared with; then only the keys themselves are
    looked at, and the process starts as it always did.
    """
    keys.check_format()
    try:
        keys.check_keys(now=timezone.now())
    except (OperationalError, ProgrammingError) as exc:
        logger.warning("the keys could not be compared with the database: %s", type(exc).__name__)
