"""The files of a handover: the count on paper, its totals as a table, and the names of those who agreed to it."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.spreadsheet import shown
from letters.rendering import page_pdf
from letters.sheets import demonstration_notice
from petitions.figures import Figures
from petitions.models import Petition, Signature
from petitions.sharing.addresses import petition_url
from petitions.sharing.digest import text_digest
from privacy import crypto

AT_ONCE = 2_000  # rows that are in memory beside their names
TOTALS, NAMES = "totals.csv", "names.csv"


@dataclass(frozen=True)
class Counted:
    """What is frozen: the number of a moment, and how it spreads at the end of the last full day."""

    petition: Petition
    as_of: datetime
    count: int
    figures: Figures
    named: int  # names in the list that goes along; 0 where none does


def totals_csv(counted: Counted) -> bytes:
    """total, country and day lines: what, from, until, count. Small cells stand together, as on the page."""
    found = counted.figures
    rows: list[list[Any]] = [["what", "from", "until", "count"]]
    rows.append(["total", "", counted.as_of.isoformat(timespec="seconds"), counted.count])
    rows += [["country", name, "", count] for name, count in found.countries]
    if found.elsewhere and found.countries:
        rows.append(["country", "elsewhere or not said", "", found.elsewhere])
    rows += [["days", period.first.isoformat(), period.last.isoformat(), period.count] for period in found.periods]
    return _csv(rows)


def names_csv(names: Iterable[str]) -> bytes:
    """One name a line, by the alphabet, so that its place says nothing of when somebody signed."""
    ordered = sorted(names, key=lambda name: (name.casefold(), name))
    return _csv([["name"], *([name] for name in ordered)])


def names_of(signatures: Any) -> Iterator[tuple[int, str]]:
    """(pk, name in clear), without making an object of each row; none of whom no sign is left."""
    field: Any = Signature._meta.get_field("name")
    unseal = crypto.opener(field.purpose)
    for key, sealed in signatures.values_list("pk", "sealed").iterator(chunk_size=AT_ONCE):
        name = " ".join(unseal(bytes(sealed)).decode().split())
        if name:
            yield key, name


def handover_pdf(counted: Counted, language: str) -> bytes:
    """The count on paper, in one language, with the text that was signed. `counted.figures` is in that language."""
    petition, found = counted.petition, counted.figures
    with translation.override(language):
        text, row = petition.text, petition.campaign.text
        assert text, "a petition without a text is not public"
        as_of = counted.as_of.astimezone(ZoneInfo(petition.time_zone))
        address = petition_url(petition, language)
        sheet = {
            "language": language,
            "dated_at": counted.as_of,
            "title": text.title,
            "author": row.coalition if row else "",
            "kind_label": _("Petition · handover"),
            "sentences": _sentences(counted, as_of),
            "parts": _parts(found),
            "text_heading": _("The text that was signed"),
            "body": text.body,
            "foot": [address, f"SHA-256 {text_digest(text)}"],
            "notice": demonstration_notice(language),
        }
    return page_pdf(_source(), sheet)


def _sentences(counted: Counted, as_of: datetime) -> list[str]:
    count = number_format(counted.count, use_l10n=True, force_grouping=True)
    said = ngettext(
        "%(count)s person has signed this petition and confirmed it by e-mail, on paper or through a partner: "
        "counted on %(when)s (%(zone)s).",
        "%(count)s people have signed this petition and confirmed it by e-mail, on paper or through a partner: "
        "counted on %(when)s (%(zone)s).",
        counted.count,
    ) % {"count": count, "when": date_format(as_of, "DATETIME_FORMAT"), "zone": counted.petition.time_zone}
    if counted.named:
        names = ngettext(
            "%(count)s of them agreed that the name goes along: it stands in the file %(file)s and is given to this "
            "office alone.",
            "%(count)s of them agreed that their names go along: they stand in the file %(file)s and are given to this "
            "office alone.",
            counted.named,
        ) % {"count": number_format(counted.named, use_l10n=True, force_grouping=True), "file": NAMES}
    else:
        names = _("No names go along with it.")
    return [said, names]


def _parts(found: Figures) -> list[dict[str, Any]]:
    until = date_format(found.until, "DATE_FORMAT")
    parts = []
    if found.countries:
        rows = [[name, _number(count)] for name, count in found.countries]
        if found.elsewhere:
            rows.append([_("Elsewhere, or not said"), _number(found.elsewhere)])
        parts.append(
            {
                "heading": _("By country"),
                "hint": _("Up to the end of %s. Countries with few signatures stand together.") % until,
                "columns": [_("Country"), _("Signatures")],
                "rows": rows,
            }
        )
    if found.periods:
        parts.append(
            {
                "heading": _("By day"),
                "hint": _("Up to the end of %s. Days with few signatures stand together.") % until,
                "columns": [_("Days"), _("Signatures")],
                "rows": [[_days(period.first, period.last), _number(period.count)] for period in found.periods],
            }
        )
    return parts


def _days(first: Any, last: Any) -> str:
    if first == last:
        return date_format(first, "DATE_FORMAT")
    return f"{date_format(first, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"


def _number(count: int) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    """UTF-8 without a byte order mark; no cell is a formula."""
    file = io.StringIO()
    csv.writer(file).writerows([[shown(cell) for cell in row] for row in rows])
    return file.getvalue().encode()


@cache
def _source() -> bytes:
    return (Path(__file__).parent / "sharing" / "typst" / "handover.typ").read_bytes()
