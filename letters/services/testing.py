"""A copy of one letter to oneself: the same mail, marked, and counted nowhere."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from letters.copies import Copywriter
from letters.exceptions import CopyIncomplete, ReleaseRefused
from letters.mail import queue_test
from letters.models import Letter, Release
from outbox.models import Email


@transaction.atomic
def send_test_copy(release_id: int, recipient_id: int, *, by: User, now: datetime) -> Email:
    """Mail one copy, exactly as it would leave, to whoever asks: "[Test]" in the subject, their own address only.

    Pressed twice in a minute it is sent once. Raises ReleaseRefused.
    """
    release = Release.objects.get(pk=release_id)
    recipient = release.recipients.filter(pk=recipient_id).prefetch_related("forms_of_address").first()
    if recipient is None:
        raise ReleaseRefused(_("This office is not one of this release."))
    letter = Letter.objects.filter(release=release, recipient=recipient).first()
    if letter:
        copy = letter.copy
    else:
        try:
            copy = Copywriter(release).write(recipient)
        except CopyIncomplete as exc:
            raise ReleaseRefused(f"{recipient}: {exc}") from exc
    key = f"letter-test:{release.pk}:{recipient.pk}:{by.pk}:{now:%Y%m%d%H%M}"
    before = Email.objects.filter(key=key).first()
    if before:
        return before
    email = queue_test(copy, release, to=by.email, key=key, now=now)
    audit.record("letters.send_test_copy", release, by=by, now=now, recipient=recipient.pk)
    return email
