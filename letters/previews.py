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

from letters.copies import Copy
from letters.models import Recipient, Release
from letters.models.recipient import Channel
from letters.rendering import render_markdown
from letters.sheets import copy_pdf, demonstration_notice, pdf_name


def shown(copy: Copy, *, number: int) -> dict[str, Any]:
    """What templates/admin/letters/_copy.html needs; `number` keeps the notes of two letters on one page apart."""
    return {
        "copy": copy,
        "channel": Channel(copy["channel"]).label,
        "address": copy["to"] or ", ".join(copy["envelope"]),
        "body": render_markdown(copy["body"], heading_offset=3, footnote_prefix=f"copy{number}-"),
        "notice": demonstration_notice(copy["language"]),
    }


def rows(recipients: Iterable[Recipient], copies: dict[int, Copy]) -> list[dict[str, Any]]:
    """One row for each recipient whose copy could be written: the office and its letter."""
    return [
        {"recipient": recipient, **shown(copies[recipient.pk], number=recipient.pk)}
        for recipient in recipients
        if recipient.pk in copies
    ]


def pdf_response(copy: Copy, release: Release) -> HttpResponse:
    """The sheet as it is attached or printed."""
    return HttpResponse(
        copy_pdf(copy, release),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{pdf_name(copy)}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


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
