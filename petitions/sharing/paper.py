"""A sheet on which people sign by hand, as tagged PDF on A4."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from letters.rendering import page_pdf
from letters.sheets import demonstration_notice
from petitions import notices
from petitions.models import Petition, PetitionText
from petitions.sharing.addresses import petition_url
from petitions.sharing.digest import text_digest
from petitions.sharing.qr import qr_runs

LINES = 10  # as many as stand on the first page under a long title


def paper_pdf(petition: Petition, text: PetitionText) -> bytes:
    """The sheet in the language of `text`: the same text gives the same bytes on one day."""
    with translation.override(text.language):
        address = petition_url(petition, text.language)
        size, runs = qr_runs(address)
        sheet = {
            "language": text.language,
            "dated_at": timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
            "title": text.title,
            "author": _publisher(petition),
            "kind_label": _("Petition · sheet for signatures on paper"),
            "summary": text.summary,
            "whole_text": _(
                "The whole text stands on the following page and at %(address)s. Whoever collects shows it to "
                "everybody who wishes to read it before signing."
            )
            % {"address": address},
            "provenance_heading": _("To be filled in by whoever collects"),
            "provenance": [
                _("Organization or group"),
                _("Town and country"),
                _("From which day to which day"),
                _("Where the sheet is kept"),
            ],
            "columns": [
                _("Name (a pseudonym is welcome)"),
                _("Country"),
                _("Signature and date"),
                _("Hand my name over (see below)"),
            ],
            "lines": LINES,
            "privacy": [
                _("Sign only if this puts neither you nor your family at risk: whoever sees this sheet can read it."),
                str(notices.NOTICES[notices.Purpose.HANDOVER]),
                _(
                    "The coalition enters name, country and day, encrypted, counts the signature as one on paper, and "
                    "shows the name to nobody. A year after the petition closes it forgets the names. Ask whoever "
                    "collected the sheet, or the coalition, to take a line out again: %(contact)s."
                )
                % {"contact": petition.campaign.contact_address or settings.SITE_URL},
            ],
            "text_heading": _("The text that is signed"),
            "body": text.body,
            "qr_size": size,
            "qr_runs": runs,
            "qr_alt": _("QR code: %(address)s") % {"address": address},
            "foot": [address, f"SHA-256 {text_digest(text)}"],
            "notice": demonstration_notice(text.language),
        }
    return page_pdf(_source(), sheet)


def _publisher(petition: Petition) -> str:
    row = petition.campaign.text
    return row.coalition if row else ""


@cache
def _source() -> bytes:
    return (Path(__file__).parent / "typst" / "paper.typ").read_bytes()
