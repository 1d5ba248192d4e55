"""Releases, the register of offices, and letters that an office has outrun: counted in one query."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from desk.queues.letters import releases_queue
from desk.queues.lines import Queue, counted, list_of
from letters.models import Recipient, Release
from letters.staleness import out_of_date, to_compare


def releases_and_offices(user: Any, now: datetime) -> Iterator[Queue]:
    today = timezone.localdate(now)
    waiting = Release.objects.filter(state=Release.State.REQUESTED)
    to_verify = Recipient.objects.to_verify(today)
    asked = [
        ("letters.view_release", counted("release", waiting, "requested_at")),
        ("letters.view_release", counted("own", waiting.filter(requested_by=user.pk), "requested_at")),
        ("letters.view_recipient", counted("verify", to_verify, "changed_at")),
        ("letters.view_recipient", counted("never", to_verify.filter(verified_on=None), "changed_at")),
        ("letters.view_letter", counted("compare", to_compare(today), "created_at")),
    ]
    queries = [query for permission, query in asked if user.has_perm(permission)]
    rows = queries[0].union(*queries[1:], all=True) if queries else []
    found = {kind: (count, oldest) for kind, count, oldest in rows}
    if "release" in found:
        count, oldest = found["release"]
        yield releases_queue(user, now, count=count, own=found.get("own", (0,))[0], oldest=oldest)
    if found.get("compare", (0,))[0]:
        yield _out_of_date(user, now)
    if "verify" in found:
        yield _to_verify(user, found["verify"][0], found.get("never", (0,))[0])


def _to_verify(user: Any, count: int, never: int) -> Queue:
    note = _("%d were never verified.") % never if never else ""
    is_mine = user.has_perm("letters.change_recipient")
    return Queue(_("Offices to verify"), count, "", list_of("letters_recipient", review="due"), note, is_mine=is_mine)


def _out_of_date(user: Any, now: datetime) -> Queue:
    """Compared one by one: an office may have changed in what its letters do not say."""
    return Queue(
        _("Approved letters whose office has changed"),
        len(out_of_date(timezone.localdate(now))),
        "",
        list_of("letters_letter", progress="out_of_date"),
        _("Another holder or address than when they were approved: they do not leave as they are."),
        is_mine=user.has_perm("letters.change_dispatch"),
        is_trouble=True,
    )
