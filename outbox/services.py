"""The one door for mail: a row is written in the caller's transaction, the bell rings after the commit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts import switches
from accounts.models import Switch
from outbox import bell, moulds, sending, tasks
from outbox.composing import check_headers, is_unsafe
from outbox.models import Email, EmailQuerySet
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint

TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # could write a subject backwards
UNASKED_LIMIT = 3  # mails to one address about one thing, and to one address in one day


def queue_email(
    kind: str,
    *,
    to: str,
    template: str,
    context: Mapping[str, Any],
    language: str,
    key: str,
    now: datetime,
    about: str = "",
    due_at: datetime | None = None,
    unasked: bool = False,
    headers: Mapping[str, str] | None = None,
    personal: Mapping[str, str] | None = None,
    is_first: bool = False,
) -> Email:
    """Write one e-mail row from `<template>.{subject.txt,txt,html}` and ring the bell after the commit.

    `key` names the cause: a second call with the same key returns the first row and changes nothing; a caller who
    knows that there is none says `is_first` and saves the question. `personal` holds what differs from one address
    to the next in mail that many get, see outbox.moulds.
    An `unasked` mail (nobody proved yet that the address wants it) above the limit of 3 for `about`,
    or 3 in 24 h, is written as withheld, so that the request costs the same and tells nothing.
    """
    existing = None if is_first else Email.objects.filter(key=key).first()
    if existing:
        return existing
    to_fingerprint = address_fingerprint(canonical(to))
    values = {
        "site_url": settings.SITE_URL,
        "language": language,
        "demonstration": switches.is_on(Switch.Key.DEMONSTRATION),
        **context,
    }
    if personal is None:
        words = moulds.render(template, values, language)
    else:
        words = moulds.fill(template, values, personal, language)
    return write_email(
        kind,
        to=to,
        to_fingerprint=to_fingerprint,
        subject=_one_line(words.subject),
        text=words.text,
        html=words.html,
        key=key,
        now=now,
        about=about,
        due_at=due_at,
        unasked=unasked,
        withheld=unasked and _had_enough(to_fingerprint, about, now),
        headers=headers,
    )


def write_email(
    kind: str,
    *,
    to: str,
    to_fingerprint: bytes | None = None,
    subject: str,
    text: str,
    html: str = "",
    key: str,
    now: datetime,
    about: str = "",
    due_at: datetime | None = None,
    unasked: bool = False,
    withheld: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Email:
    """Write one e-mail row whose words are ready. Raises UnsafeHeader: nothing that cannot be a header is kept."""
    headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
    check_headers(subject, headers)
    email = Email.objects.create(
        kind=kind,
        key=key,
        about=about,
        to_fingerprint=to_fingerprint or address_fingerprint(canonical(to)),
        unasked=unasked,
        payload={
            "to": to,
            "subject": subject,
            "text": text,
            "html": html,
            "headers": headers,
        },
        state=Email.State.WITHHELD if withheld else Email.State.QUEUED,
        due_at=due_at or now,
        created_at=now,
    )
    if email.state == Email.State.QUEUED and email.due_at <= now:
        bell.ring(tasks.send_due_mail)
    return email


@transaction.atomic
def cancel_emails(emails: EmailQuerySet) -> int:
    """Stop what the mail server has not begun to take; returns how many.

    What it is taking just now stays as it is, and is not tried again should that attempt fail.
    """
    chosen = Email.objects.filter(pk__in=list(emails.values_list("pk", flat=True)))  # the UPDATEs look again at states
    chosen.filter(state__in=[Email.State.QUEUED, Email.State.SENDING]).update(stop_requested=True)
    not_begun = Q(state=Email.State.QUEUED) | Q(state=Email.State.SENDING, data_begun_at=None)
    return chosen.filter(not_begun).update(state=Email.State.CANCELLED, claimed_by=None, lease_until=None)


def settle_uncertain(email_id: int, *, arrived: bool, evidence: str, now: datetime) -> bool:
    """Write down what a person found out about an uncertain e-mail; returns False when it is not uncertain.

    It counts as sent when it was handed over, or goes out again under the same Message-ID.
    """
    uncertain = Email.objects.filter(pk=email_id, state=Email.State.UNCERTAIN)
    reply = sending.clean_reply(evidence)
    if arrived:
        sent_at = Coalesce(F("data_begun_at"), now)
        return bool(uncertain.update(state=Email.State.SENT, sent_at=sent_at, server_reply=reply))
    again: dict[str, Any] = {"claimed_by": None, "data_begun_at": None, "stop_requested": False, "attempts": 0}
    settled = uncertain.update(state=Email.State.QUEUED, due_at=now, server_reply=reply, **again)
    bell.ring(tasks.send_due_mail)
    return bool(settled)


def _one_line(text: str) -> str:
    """A subject as people mean it: white space, control characters and turns of direction in a name become spaces."""
    return " ".join("".join(" " if is_unsafe(sign) or sign in TURNS else sign for sign in text).split())


def _had_enough(to_fingerprint: bytes, about: str, now: datetime) -> bool:
    """Whether the address already got three unasked mails about this, or three in 24 hours."""
    unasked = Email.objects.filter(to_fingerprint=to_fingerprint, unasked=True).exclude(state=Email.State.WITHHELD)
    sent = list(unasked.values_list("created_at", "about"))  # few: each of them counted against the limit
    today = sum(created_at > now - timedelta(days=1) for created_at, _about in sent)
    about_this = sum(other == about for _created_at, other in sent)
    return today >= UNASKED_LIMIT or about_this >= UNASKED_LIMIT
