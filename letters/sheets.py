"""A frozen copy as a sheet of paper, and as the words of an e-mail."""

from datetime import UTC, datetime, time

from django.utils import translation
from django.utils.translation import gettext as _

from accounts import switches
from accounts.models import Switch
from letters.copies import Copy
from letters.models import Release
from letters.rendering import LetterSheet, Signatory, letter_pdf


def demonstration_notice(language: str) -> str | None:
    """The one line that everything carries while the demonstration is loaded; else None."""
    if not switches.is_on(Switch.Key.DEMONSTRATION):
        return None
    with translation.override(language):
        return _("Demonstration: organizations, signatures and letters here are invented.")


def copy_pdf(copy: Copy, release: Release) -> bytes:
    """The letter as a tagged PDF; the same copy gives the same bytes."""
    language = copy["language"]
    with translation.override(language):
        sheet = LetterSheet(
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
            dated_at=datetime.combine(release.dated_on, time(), tzinfo=UTC),
        )
    return letter_pdf(sheet)


def pdf_name(copy: Copy) -> str:
    return f"{copy['reference']}.pdf"
