"""Taking in a mail, once, whichever way and however often it comes. Nothing is dropped, and nobody is answered."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.models import User
from letters.inbound.reading import MAX_MAIL, Attached, Mail, NoMail, read_mail
from letters.inbound.telling import kind_of, returned
from letters.inbound.words import body_words, decoded
from letters.models import InboundFile, InboundMail, InboundOriginal, Letter
from letters.reply_addresses import letter_of
from outbox import reports
from outbox.models import Email, MailEvent
from outbox.services import settle_uncertain
from privacy.addresses import InvalidAddress, canonical, normalize
from privacy.fingerprints import address_fingerprint, fingerprint

Kind, State, Why, MatchedBy = InboundMail.Kind, InboundMail.State, InboundMail.Why, InboundMail.MatchedBy
HEAD = 200_000  # bytes that are read of a mail too large to be kept
UPLOAD = "upload"


@dataclass(frozen=True)
class Verdict:
    """Where a mail belongs."""

    state: InboundMail.State
    why: str = ""
    letter: Letter | None = None
    matched_by: str = ""


def take_in(
    raw: bytes,
    *,
    provider: str,
    now: datetime,
    event_id: str = "",
    envelope_recipients: Iterable[str] = (),
    by: User | None = None,
) -> tuple[InboundMail, bool]:
    """Keep a mail and say what it is and whose letter it answers; returns it, and whether it is new.

    `event_id` is the provider's own number of the handing over. A bounce is reported to the outbox, which marks the
    e-mail and suppresses the address. What cannot be read, or is larger than MAX_MAIL, is parked with the reason.
    """
    event = _event_digest(provider, event_id)
    if event and (known := InboundMail.objects.filter(event_digest=event).first()):
        return known, False
    mail, why = _read(raw)
    identity = mail.identity() if mail else hashlib.sha256(raw).hexdigest()
    digest = fingerprint(identity, purpose="inbound mail")
    if known := InboundMail.objects.filter(digest=digest).first():
        return known, False
    try:
        with transaction.atomic():
            kind = kind_of(mail) if mail else Kind.ANSWER
            verdict = _judge(mail, kind, why, envelope_recipients, digest, now)
            row = _write(mail, raw, kind, verdict, digest=digest, event=event, provider=provider, by=by, now=now)
            if kind != Kind.BOUNCE and verdict.letter and verdict.matched_by == MatchedBy.ADDRESS:
                _note_arrival(verdict.letter, now)
    except IntegrityError:  # the same mail came twice at once, and the other was faster
        known = InboundMail.objects.filter(digest=digest).first() or InboundMail.objects.get(event_digest=event)
        return known, False
    return row, True


def is_known(provider: str, event_id: str) -> bool:
    """Whether the provider has handed this over before."""
    event = _event_digest(provider, event_id)
    return event is not None and InboundMail.objects.filter(event_digest=event).exists()


def note_too_large(provider: str, *, now: datetime) -> InboundMail:
    """A call was so large that it was not even read: one row a provider and day, for staff to ask the provider."""
    digest = fingerprint(f"too large {provider} {now.date()}", purpose="inbound mail")
    row, _is_new = InboundMail.objects.get_or_create(
        digest=digest,
        defaults={
            "provider": provider,
            "kind": Kind.ANSWER,
            "state": State.PARKED,
            "why": Why.TOO_LARGE,
            "size": 0,
            "received_at": now,
        },
    )
    return row


def _event_digest(provider: str, event_id: str) -> bytes | None:
    return fingerprint(f"{provider} {event_id}", purpose="inbound mail") if event_id else None


def _read(raw: bytes) -> tuple[Mail | None, str]:
    """What it says, and why it must be parked whatever it says."""
    try:
        if len(raw) > MAX_MAIL:
            return read_mail(raw[:HEAD]), Why.TOO_LARGE
        return read_mail(raw), ""
    except NoMail:
        return None, Why.TOO_LARGE if len(raw) > MAX_MAIL else Why.UNREADABLE


def _judge(
    mail: Mail | None, kind: InboundMail.Kind, why: str, envelope: Iterable[str], digest: bytes, now: datetime
) -> Verdict:
    if mail is None:
        letter = letter_of(envelope)
        return Verdict(State.PARKED, why, letter, MatchedBy.ADDRESS if letter else "")
    if kind == Kind.BOUNCE:
        return _bounce(mail, [*envelope, *mail.addressed_to], digest, now)
    if kind == Kind.OWN or reports.find(mail.message_id):
        return Verdict(State.PARKED, Why.OWN)
    letter, matched_by = letter_of([*envelope, *mail.addressed_to]), MatchedBy.ADDRESS
    if letter is None:
        letter, matched_by = _referred(mail.answers), MatchedBy.REFERENCE
    if letter is None:
        return Verdict(State.PARKED, why or Why.UNMATCHED)
    return Verdict(State.PARKED if why else State.NEW, why, letter, matched_by)


def _referred(message_ids: list[str]) -> Letter | None:
    """The letter that left under one of these, the first that is one of ours."""
    found = {
        letter.email.message_id: letter
        for letter in Letter.objects.filter(
            email__message_id__in=message_ids, email__state__in=reports.LEFT
        ).select_related("email")
        if letter.email
    }
    return next((found[name] for name in message_ids if name in found), None)


def _bounce(mail: Mail, addressed_to: list[str], digest: bytes, now: datetime) -> Verdict:
    """Report a returned mail to the outbox. One that names none of ours changes nothing: it may be forged."""
    names = [*mail.original_ids, *mail.answers]
    email = next((email for name in names if (email := reports.find(name))), None)
    if email is None:
        letter = letter_of(addressed_to)
        return Verdict(State.PARKED, Why.UNKNOWN_BOUNCE, letter, MatchedBy.ADDRESS if letter else "")
    said = sorted(returned(mail), key=lambda row: (row.action != "failed", not row.is_final))[0]
    kinds = {"failed": MailEvent.Kind.BOUNCED, "delayed": MailEvent.Kind.DEFERRED}
    kind = kinds.get(said.action, MailEvent.Kind.DELIVERED)
    is_soft = said.action == "failed" and not said.is_final
    report = reports.Report(
        provider="mail",
        kind=MailEvent.Kind.DEFERRED if is_soft else kind,
        message_id=email.message_id,
        recipient="",
        answer=" ".join(part for part in (said.status, said.words) if part),
        happened_at=now,
        event_id=digest.hex(),
    )
    reports.note(report, now=now)
    letter = Letter.objects.filter(email=email).first()
    # One that somebody gave up on although the address lives is looked at by a person.
    state = State.NEW if is_soft and letter else State.SETTLED
    return Verdict(state, "", letter, MatchedBy.REFERENCE if letter else "")


def _note_arrival(letter: Letter, now: datetime) -> None:
    """Its reply address stood in the letter only: whoever writes there has it."""
    uncertain = letter.email_id and Email.objects.filter(pk=letter.email_id, state=Email.State.UNCERTAIN).exists()
    if uncertain and settle_uncertain(letter.email_id or 0, arrived=True, evidence="answered", now=now):
        audit.record("letters.confirm_arrival", letter, by=None, now=now)


def _write(
    mail: Mail | None,
    raw: bytes,
    kind: InboundMail.Kind,
    verdict: Verdict,
    *,
    digest: bytes,
    event: bytes | None,
    provider: str,
    by: User | None,
    now: datetime,
) -> InboundMail:
    is_too_large = verdict.why == Why.TOO_LARGE
    row = InboundMail.objects.create(
        digest=digest,
        event_digest=event,
        provider=provider,
        kind=kind,
        state=verdict.state,
        why=verdict.why,
        letter=verdict.letter,
        matched_by=verdict.matched_by,
        sender=mail.sender if mail else "",
        sender_fingerprint=_sender_fingerprint(mail),
        from_office=is_from_office(mail.sender_address if mail else "", verdict.letter),
        subject=mail.subject if mail else "",
        text=mail.text if mail else body_words(decoded(raw[:HEAD], None)[0]),
        is_html_only=bool(mail and mail.is_html_only),
        is_charset_guessed=bool(mail and mail.is_charset_guessed),
        size=len(raw),
        received_at=now,
        uploaded_by=by,
        settled_at=now if verdict.state == State.SETTLED else None,
    )
    if not is_too_large:
        InboundOriginal.objects.create(mail=row, content=raw, received_at=now)
        for file in mail.files if mail else []:
            _write_file(row, file)
    return row


def _write_file(row: InboundMail, file: Attached) -> None:
    InboundFile.objects.create(
        mail=row,
        name=file.name,
        content_type=file.content_type,
        size=len(file.content),
        digest=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
    )


def _sender_fingerprint(mail: Mail | None) -> bytes:
    try:
        return address_fingerprint(canonical(normalize(mail.sender_address))) if mail else b""
    except InvalidAddress:
        return b""


def is_from_office(address: str, letter: Letter | None) -> bool:
    """Whether a sender's domain is that of the address the letter went to, or one above or under it."""
    domain = address.rpartition("@")[2]
    office = (letter.copy.get("to") or letter.recipient.email).rpartition("@")[2].lower() if letter else ""
    if not domain or not office:
        return False
    return domain == office or domain.endswith(f".{office}") or (office.endswith(f".{domain}") and "." in domain)
