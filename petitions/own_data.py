"""All that is kept about a signatory under petitions, in words: the file that they can take with them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from outbox.models import Email
from petitions.models import ConsentNotice, Signature
from petitions.notices import Purpose
from petitions.services.managing import signatures_of

State = Signature.State


def own_data(signature: Signature, *, now: datetime) -> dict[str, Any]:
    """Everything of this signature's address, for json.dumps: words and moments in ISO 8601, no number of ours.

    That a signature is looked at more closely is left out: it would tell robots what gives them away.
    """
    signatures = signatures_of(signature)
    return {
        "about": _("What is kept about your address under petitions. This file is for you alone."),
        "written_at": now.isoformat(),
        "signatures": [_signature(row) for row in signatures],
        "mails": _mails(signature),
        "kept_beside": [
            _("A keyed fingerprint of your address, by which it counts once and by which this list is found."),
            _("For thirty days after signing, a keyed hash of the network you signed from. No IP address is kept."),
            _("Backups, in which all this stands encrypted until they are deleted."),
        ],
    }


def state_in_words(signature: Signature) -> str:
    """What the signatory reads: one that is held for a look is confirmed to them."""
    return str(State.CONFIRMED.label if signature.state == State.HELD else signature.get_state_display())


def _signature(row: Signature) -> dict[str, Any]:
    petition = row.petition
    return {
        "petition": {
            "title": str(petition),
            "address": settings.SITE_URL + reverse("petitions:detail", args=[petition.slug]),
            "state": str(petition.get_state_display()),
            "closes_at": _moment(petition.closes_at),
        },
        "state": state_in_words(row),
        "came_in": str(row.get_kind_display()),
        "through_the_link_of": str(row.partner.organization) if row.partner else None,
        "name": row.name,
        "e_mail": row.address,
        "country": _country(row.country),
        "comment": row.comment,
        "comment_on_the_page": str(row.get_comment_state_display()) if row.comment else None,
        "language_of_mails": row.language,
        "on_the_public_list": {
            "choice": str(row.get_show_name_display()),
            "name_shown": row.public_name or None,
            "country_shown": row.show_country,
        },
        "consents": {purpose.value: _consent(getattr(row, f"consent_{purpose}")) for purpose in Purpose},
        "consents_changed": [
            {
                "purpose": change.purpose,
                "act": _("given") if change.given else _("taken back"),
                "at": _moment(change.at),
                "words": _consent(change.notice)["words"],
                "language": _consent(change.notice)["language"],
            }
            for change in row.consent_changes.all()
        ],
        "signed_at": _moment(row.created_at),
        "link_sent_at": _moment(row.link_sent_at),
        "reminded_at": _moment(row.reminded_at),
        "confirmed_at": _moment(row.confirmed_at),
        "network_hash_kept": row.network_hash is not None,
    }


def _country(country: Any) -> dict[str, str] | None:
    return {"code": str(country), "name": str(country.name)} if country else None


def _consent(notice: ConsentNotice | None) -> dict[str, Any]:
    if notice is None:
        return {"given": False, "words": None, "language": None, "words_since": None}
    return {
        "given": True,
        "words": notice.text,
        "language": notice.language,
        "words_since": _moment(notice.first_shown_at),
    }


def _mails(signature: Signature) -> list[dict[str, Any]]:
    """Mails about petitions. What they say is left out: their links are for the mailbox alone."""
    if signature.address_fingerprint is None:
        return []
    mails = Email.objects.filter(to_fingerprint=signature.address_fingerprint, kind__startswith="petitions.")
    return [
        {
            "subject": mail.subject or None,
            "state": str(mail.get_state_display()),
            "written_at": _moment(mail.created_at),
            "sent_at": _moment(mail.sent_at),
        }
        for mail in mails.order_by("pk")
    ]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
