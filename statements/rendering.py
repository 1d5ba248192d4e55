"""The exact text as PDF and DOCX: for the public page, and with the receipt of one co-signature."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.languages import in_language
from letters.rendering import TextSheet, text_docx, text_pdf
from letters.sheets import demonstration_notice
from statements.block import block_of
from statements.models import CoSignature, Statement, Version


def statement_pdf(statement: Statement, version: Version, language: str) -> bytes:
    """The published text in one language with its signatories, as a tagged PDF."""
    return text_pdf(statement_sheet(statement, version, language))


def statement_docx(statement: Statement, version: Version, language: str) -> bytes:
    """The same as a Word file, with real footnotes."""
    return text_docx(statement_sheet(statement, version, language))


def statement_sheet(statement: Statement, version: Version, language: str) -> TextSheet:
    """The published text in one language, with its signature block."""
    return _sheet(statement, version, language, with_block=True, receipt=None)


def receipt_pdf(cosignature: CoSignature) -> bytes:
    """The text exactly as signed, in the language it was read in, with who signed, on what authority and when."""
    language = cosignature.language_read
    with translation.override(language):
        signed_at = timezone.localtime(cosignature.signed_at)
        receipt = [
            (_("Organization"), cosignature.name_in(language)),
            (_("Signed by"), f"{cosignature.signer_name}, {cosignature.signer_title}"),
            (_("Authority"), cosignature.authority),
            (_("Signed"), f"{date_format(signed_at, 'DATETIME_FORMAT')} ({settings.TIME_ZONE})"),
        ]
        if cosignature.is_confidential:
            receipt.append((_("In public"), _("counted, not named")))
    return text_pdf(_sheet(cosignature.statement, cosignature.version, language, with_block=False, receipt=receipt))


def _sheet(
    statement: Statement,
    version: Version,
    language: str,
    *,
    with_block: bool,
    receipt: list[tuple[str, str]] | None,
) -> TextSheet:
    text = in_language(version.translations.all(), language)
    assert text is not None  # a locked version has an authoritative text
    block = block_of(statement, version, text.language) if with_block else None
    groups = block.printed() if block else []
    first = groups.pop(0)[1] if groups and not groups[0][0] else []
    with translation.override(text.language):
        dateline = text.dateline or ", ".join(
            part for part in (statement.place, date_format(statement.dated_on, "DATE_FORMAT")) if part
        )
        return TextSheet(
            language=text.language,
            publisher=_publisher(statement, text.language),
            kind_label=str(statement.get_kind_display()),
            title=text.title,
            dateline=dateline,
            meta=[
                (_("Reference"), statement.reference + ", " + _("version %d") % version.number),
                (_("Status of this text"), str(text.get_status_display())),
            ],
            body=text.whole,
            signatories_heading=_("Signatories (%d)") % block.count if block and block.count else "",
            signatories=first,
            further_signatories=groups,
            signatories_notes=block.notes if block else (),
            digest=version.digest,
            receipt_heading=_("Receipt of the co-signature"),
            receipt=receipt,
            notice=demonstration_notice(text.language),
            dated_at=version.locked_at or _midnight(statement),
        )


def _publisher(statement: Statement, language: str) -> str:
    """The coalition whose campaign the statement belongs to, by its name in `language`."""
    row = in_language(statement.campaign.texts.all(), language)
    return row.coalition if row else ""


def _midnight(statement: Statement) -> datetime:
    return timezone.make_aware(datetime.combine(statement.dated_on, datetime.min.time()))
