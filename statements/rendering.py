"""The exact text as PDF: for the public page, and with the receipt of one co-signature."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from letters.rendering import TextSheet, text_pdf
from letters.sheets import demonstration_notice
from statements.models import CoSignature, Statement, Translation, Version


def statement_pdf(statement: Statement, version: Version, language: str) -> bytes:
    """The published text in one language with its signatories, as a tagged PDF."""
    rows = statement.cosignatures.on(version)
    signatories = [{"name": row.name_in(language), "note": ""} for row in rows]
    return text_pdf(_sheet(statement, version, language, signatories=signatories, receipt=None))


def receipt_pdf(cosignature: CoSignature) -> bytes:
    """The text exactly as it was signed, in the language it was read in, with who signed it, on what authority, when."""
    language = cosignature.language_read
    with translation.override(language):
        signed_at = timezone.localtime(cosignature.signed_at)
        receipt = [
            (_("Organization"), cosignature.name_in(language)),
            (_("Signed by"), f"{cosignature.signer_name}, {cosignature.signer_title}"),
            (_("Authority"), cosignature.authority),
            (_("Signed"), f"{date_format(signed_at, 'DATETIME_FORMAT')} ({settings.TIME_ZONE})"),
        ]
    return text_pdf(_sheet(cosignature.statement, cosignature.version, language, signatories=[], receipt=receipt))


def _sheet(
    statement: Statement,
    version: Version,
    language: str,
    *,
    signatories: list[dict[str, str]],
    receipt: list[tuple[str, str]] | None,
) -> TextSheet:
    text = _in_language(version, language)
    with translation.override(text.language):
        dateline = ", ".join(part for part in (statement.place, date_format(statement.dated_on, "DATE_FORMAT")) if part)
        return TextSheet(
            language=text.language,
            kind_label=str(statement.get_kind_display()),
            title=text.title,
            dateline=dateline,
            meta=[
                (_("Reference"), f"{statement.reference}, {_('version %d') % version.number}"),
                (_("Status of this text"), str(text.get_status_display())),
            ],
            body=text.body,
            signatories_heading=_("Signatories (%d)") % len(signatories) if signatories else "",
            signatories=signatories,
            digest=version.digest,
            receipt_heading=_("Receipt of the co-signature"),
            receipt=receipt,
            notice=demonstration_notice(text.language),
            dated_at=version.locked_at or _midnight(statement),
        )


def _in_language(version: Version, language: str) -> Translation:
    rows = {row.language: row for row in version.translations.all()}
    return rows.get(language) or rows.get("en") or next(iter(rows.values()))


def _midnight(statement: Statement) -> datetime:
    return timezone.make_aware(datetime.combine(statement.dated_on, datetime.min.time()))
