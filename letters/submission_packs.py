"""The pack of a submission: what stands on it as JSON, frozen, and the files that are written from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from letters.counting import Words, page_count
from letters.models import Route, RouteRule, Session, Submission
from letters.models.route import Status
from letters.rendering.submission import Sponsors, SubmissionSheet, submission_docx, submission_pdf
from letters.sheets import demonstration_notice

Sheet = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Named:
    """An organization that may be named, as it signed, with its ECOSOC status; the lead first."""

    name: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Text:
    """The text as it is submitted, in one language. `body` is Markdown with its notes."""

    language: str
    title: str
    body: str
    digest: str
    publisher: str


def write_sheet(
    route: Route,
    rule: RouteRule,
    text: Text,
    named: Sequence[Named],
    *,
    elements: Mapping[str, str],
    words: Words,
    session: Session | None,
    now: datetime,
) -> Sheet:
    """Everything on the pack, in the language of the text, as JSON. Nobody who asked for confidence is in `named`."""
    with translation.override(text.language):
        by_status = bool(rule.lead_statuses)
        counted = words.counted(rule.footnotes != RouteRule.Footnotes.NOT_COUNTED)
        remarks = [
            (_("Route"), f"{route.local_name} ({route.local_body})"),
            (_("Session"), session.local_name if session else ""),
            (_("Words"), f"{counted} ({rule.get_footnotes_display()})"),
            (_("Rule as of"), date_format(rule.as_of, "DATE_FORMAT")),
            (_("Confidentiality"), rule.confidentiality),
        ]
        return {
            "language": text.language,
            "dated_at": timezone.localtime(now).isoformat(),
            "publisher": text.publisher,
            "kind_label": route.local_name,
            "title": text.title,
            "title_note": _title_note([row.name for row in named if by_status and row.status not in Status.values]),
            "submitted_by": _("Submitted by"),
            "sponsors": _groups(named) if by_status else [{"heading": "", "names": [row.name for row in named]}],
            "body": text.body,
            "elements_heading": _("What the body asks for"),
            "elements": [
                [row["label"], elements[row["key"]].strip()]
                for row in rule.required_elements
                if elements.get(row["key"], "").strip()
            ],
            "remarks": [[label, value] for label, value in remarks if value],
            "digest": text.digest,
        }


def pack_pdf(sheet: Sheet) -> bytes:
    return submission_pdf(_as_sheet(sheet))


def pack_docx(sheet: Sheet) -> bytes:
    return submission_docx(_as_sheet(sheet))


def pages_of(sheet: Sheet) -> int:
    """The pages of the text itself, without the sheet of what is asked for besides."""
    return page_count(pack_pdf(sheet | {"elements": [], "remarks": []}))


def pack_name(submission: Submission, extension: str) -> str:
    return f"{submission.route.slug}-{submission.text_digest[:8]}-{submission.language}.{extension}"


def _as_sheet(sheet: Sheet) -> SubmissionSheet:
    return SubmissionSheet(
        **sheet
        | {
            "dated_at": datetime.fromisoformat(sheet["dated_at"]),
            "sponsors": [Sponsors(**group) for group in sheet["sponsors"]],
            "elements": [(label, value) for label, value in sheet["elements"]],
            "remarks": [(label, value) for label, value in sheet["remarks"]],
            "notice": demonstration_notice(sheet["language"]),
        }
    )


def _groups(named: Sequence[Named]) -> list[dict[str, Any]]:
    """Those with status, general first, then special, then the roster; names in the order they came."""
    headings = {
        Status.GENERAL: pgettext("submission", "In general consultative status"),
        Status.SPECIAL: pgettext("submission", "In special consultative status"),
        Status.ROSTER: pgettext("submission", "On the roster"),
    }
    groups = [
        {"heading": heading, "names": [row.name for row in named if row.status == status]}
        for status, heading in headings.items()
    ]
    return [group for group in groups if group["names"]]


def _title_note(names: list[str]) -> str:
    """The sentence under the title for those without status; "" when there are none."""
    if not names:
        return ""
    return ngettext(
        "%s, a non-governmental organization without consultative status, also shares the views expressed here.",
        "%s, non-governmental organizations without consultative status, also share the views expressed here.",
        len(names),
    ) % "; ".join(names)
