"""A frozen copy as a file to print or attach: a tagged PDF, or Word where the office takes only that."""

from datetime import UTC, date, datetime, time

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import switches
from accounts.models import Switch
from letters.copies import Copy
from letters.formats import DOCX, PDF
from letters.languages import locale_of
from letters.models import Release
from letters.rendering import LetterSheet, Signatory, letter_docx, letter_pdf

MIME_TYPES = {
    PDF: "application/pdf",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def demonstration_notice(language: str) -> str | None:
    """The one line that everything carries while the demonstration is loaded; else None."""
    if not switches.is_on(Switch.Key.DEMONSTRATION):
        return None
    with translation.override(locale_of(language)):
        return _("Demonstration: organizations, signatures and letters here are invented.")


def copy_pdf(copy: Copy, release: Release) -> bytes:
    """The letter as a tagged PDF; the same copy gives the same bytes."""
    return letter_pdf(_sheet(copy, release.dated_on))


def copy_file(copy: Copy, dated_on: date, *, kind: str = "") -> bytes:
    """The letter in the format its copy names, or in `kind`; the same copy gives the same bytes."""
    sheet = _sheet(copy, dated_on)
    return letter_docx(sheet) if (kind or format_of(copy)) == DOCX else letter_pdf(sheet)


def format_of(copy: Copy) -> str:
    """ "pdf" or "docx"; copies frozen before there was a choice are PDF."""
    return str(copy.get("format", PDF))


def mime_type(copy: Copy) -> str:
    return MIME_TYPES[format_of(copy)]


def file_name(copy: Copy) -> str:
    return f"{copy['reference']}.{format_of(copy)}"


def _sheet(copy: Copy, dated_on: date) -> LetterSheet:
    language = copy["language"]
    with translation.override(locale_of(language)):
        return LetterSheet(
            language=language,
            sender_name=copy["coalition"],
            sender_lines=[*copy["postal_lines"], copy["contact_address"]],
            date=copy["date"],
            reference=copy["reference"],
            envelope_lines=copy["envelope"],
            subject=copy["subject"],
            salutation=copy["salutation"],
            body=copy["body"],
            closing=copy["closing"],
            signer_name=copy["contact_name"],
            signer_lines=[_("For %s") % copy["coalition"]],
            signatories_heading=copy["signatories_heading"],
            signatories=[Signatory(**row) for row in copy["signatories"]],
            footer_lines=[copy["statement_url"], f"SHA-256 {copy['text_digest']}"],
            notice=demonstration_notice(language),
            dated_at=datetime.combine(dated_on, time(), tzinfo=UTC),
        )
