"""Official petitions to parliaments on the same matter; what they reached is read there and entered by hand."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from petitions.exceptions import PetitionsError
from petitions.models import OfficialPetition


@transaction.atomic
def note_progress(official_id: int, *, progress: int, on: date, by: User, now: datetime) -> OfficialPetition:
    """Enter how many had signed there on that day. Raises PetitionsError for a day to come or before the last one."""
    official = OfficialPetition.objects.select_for_update().get(pk=official_id)
    if on > timezone.localdate(now):
        raise PetitionsError(_("This day is still to come."))
    if official.progress_on and on < official.progress_on:
        raise PetitionsError(_("A newer number is entered already."))
    official.progress, official.progress_on = progress, on
    official.save(update_fields=["progress", "progress_on"])
    audit.record("petitions.note_progress", official, by=by, now=now, progress=progress, on=on.isoformat())
    return official
