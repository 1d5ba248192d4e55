"""The one door for mail: a row is written in the caller's transaction, the bell rings after the commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from accounts import switches
from accounts.models import Switch
from outbox import bell, moulds, pacing, sending, tasks
from outbox.composing import check_headers, is_unsafe
from outbox.models import Email, EmailQuerySet, Refusal
from privacy.addresses import canonical
from privacy.fingerprints import address_fingerprint
from privacy.prepared import Prepared

TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # could write a subject backwards
UNASKED_LIMIT = 3  # mails to one address about one thing, and to one address in one day
REFUSED = "refused"  # stands for a key in the row of a refusal


@dataclass(frozen=True)
class Allowance:
    """What one address was written unasked: asked for before the rows are touched that lead to the next mail."""

    to_fingerprint: bytes
    about: str
    has_room: bool
    keys: frozenset[str]  # of the mails it got about this


def unasked_allowance(to_fingerprint: bytes, about: str, *, now: datetime) -> Allowance:
    """Say whether the address may be written unasked about this: three times, three a day, never once refused.

    Call it in a transaction and before any row of the address is locked: until its end nobody else writes to the
    address, so that no two mails see the same room.
    """
    if connection.vendor == "postgresql":  # elsewhere one transaction writes at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(to_fingerprint[:8], signed=True)])
    sent = _written_unasked.rows(to_fingerprint=to_fingerprint, about=about)  # few: each is counted against the limit
    is_refused = any(key == REFUSED for _at, _about, key in sent)
    mails = [(at, other) for at, other, key in sent if key != REFUSED]
    today = sum(at > now - timedelta(days=1) for at, _about in mails)
    about_this = sum(other == about for _at, other in mails)
    return Allowance(
        to_fingerprint=to_fingerprint,
        about=about,
        has_room=not is_refused and today < UNASKED_LIMIT and about_this < UNASKED_LIMIT,
        keys=frozenset(key for _at, other, key in sent if other == about),
    )


def _mails_and_refusals(to_fingerprint: bytes, about: str) -> QuerySet[Any, Any]:
    unasked = Email.objects.filter(to_fingerprint=to_fingerprint, unasked=True).exclude(state=Email.State.WITHHELD)
    refusals = Refusal.objects.filter(to_fingerprint=to_fingerprint, about=about)
    refused = refusals.values_list("at", "about", Value(REFUSED, output_field=CharField()))
    return unasked.values_list("created_at", "about", "key").union(refused, all=True)


_written_unasked = Prepared(_mails_and_refusals, to_fingerprint=bytes, about=str)


def refuse_unasked(to_fingerprint: bytes, about: str, *, now: datetime) -> None:
    """Write this address nothing unasked about this any more. A second time changes nothing."""
    Refusal.objects.get_or_create(to_fingerprint=to_fingerprint, about=about, defaults={"at": now})


def forget_words(emails: EmailQuerySet) -> int:
    """Stop these mails and forget what they say and which row they came from; returns how many.

    That an address was written stays, by its fingerprint: whoever lets rows expire gains no further mail.
    """
    chosen = Email.objects.filter(pk__in=list(emails.values_list("pk", flat=True)))
    cancel_emails(chosen)
    return chosen.update(payload=None, key=unlinked_key())


def unlinked_key() -> Concat:
    """A key that names no cause."""
    return Concat(Value("erased:"), Cast("pk", CharField()))


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
    allowance: Allowance | None = None,
) -> Email:
    """Write one e-mail row from `<template>.{subject.txt,txt,html}` and ring the bell after the commit.

    `key` names the cause: a second call with the same key changes nothing and returns the first row, or where an
    `allowance` was asked for one that was not written. `personal` holds what differs from one address to the next in
    mail that many get, see outbox.moulds.
    An `unasked` mail (nobody proved yet that the address wants it) above the limit of 3 for `about`,
    or 3 in 24 h, is written as withheld, so that the request costs the same and tells nothing.
    """
    existing = Email.objects.filter(key=key).first() if allowance is None else None
    if existing:
        return existing
    to_fingerprint = allowance.to_fingerprint if allowance else address_fingerprint(canonical(to))
    if unasked and allowance is None:
        allowance = unasked_allowance(to_fingerprint, about, now=now)
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
        subject=one_line(words.subject),
        text=words.text,
        html=words.html,
        key=key,
        now=now,
        about=about,
        due_at=due_at,
        unasked=unasked,
        withheld=unasked and allowance is not None and not allowance.has_room,
        headers=headers,
        once=allowance is not None,
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
    once: bool = False,
    enclosed: Mapping[str, Any] | None = None,
) -> Email:
    """Write one e-mail row whose words are ready. Raises UnsafeHeader: nothing that cannot be a header is kept.

    `once`: where a row with this key stands already nothing is written, in the same one statement.
    `enclosed`: what the body and the attachments of this kind are made of, where no other row holds it.
    """
    email = new_email(
        kind, to=to, to_fingerprint=to_fingerprint, subject=subject, text=text, html=html, key=key, now=now,
        about=about, due_at=due_at, unasked=unasked, withheld=withheld, headers=headers, enclosed=enclosed,
    )  # fmt: skip
    if once:
        _write_once(email)
    else:
        email.save(force_insert=True)
    if email.state == Email.State.QUEUED and email.due_at <= now:
        bell.ring(tasks.send_due_mail)
    return email


def new_email(
    kind: str,
    *,
    to: str,
    subject: str,
    key: str,
    now: datetime,
    text: str = "",
    html: str = "",
    to_fingerprint: bytes | None = None,
    about: str = "",
    due_at: datetime | None = None,
    unasked: bool = False,
    withheld: bool = False,
    headers: Mapping[str, str] | None = None,
    enclosed: Mapping[str, Any] | None = None,
) -> Email:
    """The same row, not written yet: for a caller that writes thousands at once, all due later. Raises UnsafeHeader."""
    headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
    check_headers(subject, headers)
    payload: dict[str, Any] = {"to": to, "subject": subject, "text": text, "html": html, "headers": headers}
    if enclosed is not None:
        payload["enclosed"] = enclosed
    return Email(
        kind=kind,
        key=key,
        about=about,
        to_fingerprint=address_fingerprint(canonical(to)) if to_fingerprint is None else to_fingerprint,
        domain_key=pacing.domain_key(to),
        unasked=unasked,
        payload=payload,
        state=Email.State.WITHHELD if withheld else Email.State.QUEUED,
        due_at=due_at or now,
        created_at=now,
    )


def _write_once(email: Email) -> None:
    """What bulk_create() does with ignore_conflicts, without writing the statement anew for each mail."""
    values = [field.get_db_prep_save(field.pre_save(email, True), connection) for field in _fields()]
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor), values)


@cache
def _fields() -> list[Any]:
    return [field for field in Email._meta.concrete_fields if not field.primary_key]


@cache
def _statement(vendor: str) -> str:
    columns = ", ".join(connection.ops.quote_name(field.column) for field in _fields())
    table, marks = connection.ops.quote_name(Email._meta.db_table), ", ".join(["%s"] * len(_fields()))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 (names of ours)


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


def one_line(text: str) -> str:
    """A subject as people mean it: white space, control characters and turns of direction in a name become spaces."""
    return " ".join("".join(" " if is_unsafe(sign) or sign in TURNS else sign for sign in text).split())
