"""Copies as staff read them before and after they leave: the same words, the same PDF."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from letters.copies import Copy, write_copies
from letters.formats import PDF
from letters.models import Recipient, Release
from letters.models.recipient import Channel
from letters.rendering import render_markdown
from letters.sheets import MIME_TYPES, copy_file, demonstration_notice, format_of
from letters.timing import Leaving


def shown(copy: Copy, *, number: int) -> dict[str, Any]:
    """What templates/admin/letters/_copy.html needs; `number` keeps the notes of two letters on one page apart."""
    return {
        "copy": copy,
        "channel": Channel(copy["channel"]).label,
        "address": copy["to"] or ", ".join(copy["envelope"]),
        "body": render_markdown(copy["body"], heading_offset=3, footnote_prefix=f"copy{number}-"),
        "notice": demonstration_notice(copy["language"]),
    }


def rows(release: Release, recipients: Iterable[Recipient]) -> dict[int, dict[str, Any]]:
    """By office, its letter written out; one that cannot be written is missing."""
    copies, _refusals = write_copies(release, recipients)
    return {pk: {"recipient_id": pk, **shown(copy, number=pk)} for pk, copy in copies.items()}


def file_response(copy: Copy, release: Release, kind: str = "") -> HttpResponse:
    """The sheet as it is attached or printed; `kind` "pdf" or "docx" asks for one of them."""
    kind = kind if kind in MIME_TYPES else format_of(copy)
    name = f"{copy['reference']}.{kind}"
    return HttpResponse(
        copy_file(copy, release.dated_on, kind=kind),
        content_type=MIME_TYPES[kind],
        headers={
            "Content-Disposition": f'{"inline" if kind == PDF else "attachment"}; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def moment_at_office(leaving: Leaving) -> str:
    """ "20 November 2026, 09:00 CET (Europe/Zurich)": by the clocks of the office."""
    return _("%(moment)s %(abbreviation)s (%(zone)s)") % {
        "moment": date_format(leaving.local, "DATETIME_FORMAT"),
        "abbreviation": leaving.local.tzname(),
        "zone": leaving.zone.key,
    }


def moment_in_words(moment: datetime, own_zone: str) -> str:
    """ "22 November 2026, 16:04:30 KST (Asia/Seoul)", and the same in the reader's zone where that is another."""
    words = _in_zone(moment, settings.TIME_ZONE)
    if ZoneInfo(own_zone).utcoffset(moment) != ZoneInfo(settings.TIME_ZONE).utcoffset(moment):
        words += " = " + _in_zone(moment, own_zone)
    return words


def time_left_in_words(left: timedelta) -> str:
    """ "9 minutes 40 seconds"; never less than one second."""
    seconds = max(1, int(left.total_seconds()))
    hours, minutes, seconds = seconds // 3600, seconds % 3600 // 60, seconds % 60
    parts = []
    if hours:
        parts.append(ngettext("%d hour", "%d hours", hours) % hours)
    if minutes:
        parts.append(ngettext("%d minute", "%d minutes", minutes) % minutes)
    if seconds and not hours:
        parts.append(ngettext("%d second", "%d seconds", seconds) % seconds)
    return " ".join(parts)


def _in_zone(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return _("%(moment)s %(abbreviation)s (%(zone)s)") % {
        "moment": f"{date_format(local, 'DATETIME_FORMAT')}:{local:%S}",
        "abbreviation": local.tzname(),
        "zone": zone,
    }
