"""Writing one recipient's copy: the template that fits, its values filled in, the forms of address of the office."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from letters import enclosures
from letters.addressing import envelope
from letters.exceptions import CopyIncomplete
from letters.formats import formats_of
from letters.languages import best_of, family, locale_of
from letters.models import FormOfAddress, LetterTemplate, Recipient, Release
from letters.models.recipient import Channel
from letters.offices import missing_for
from letters.rendering import BrokenPlaceholder, MissingPlaceholder, Mould, unprintable

Copy = dict[str, Any]
HANDOVER_TEMPLATES = "handover"  # how the short names of templates begin with which a petition is handed over

LONGEST_BODY = 100_000  # characters: some forty pages


@dataclass(frozen=True)
class Refusal:
    """Why one recipient's copy cannot be written."""

    recipient: Recipient
    reason: str


Written = tuple[Recipient, Copy | Refusal]


@dataclass(frozen=True)
class _Template:
    row: LetterTemplate
    recipients: frozenset[int]
    kinds: frozenset[str]


class _Shared:
    """What all copies of a release in one language have in common; the same objects stand in each of them."""

    def __init__(self, release: Release, language: str):
        self.signatories = release.signatories.get(language) or release.signatories["en"]
        self.url = _in_language(release.public_url, language)
        with translation.override(locale_of(language)):
            as_of = date_format(timezone.localtime(release.signatories_as_of), "DATE_FORMAT")
            self.date = date_format(release.dated_on, "DATE_FORMAT")
            self.heading = _("Signatories as of %(date)s (%(count)d)") % {
                "date": as_of,
                "count": len(self.signatories),
            }
            self.values = {
                "signatories.count": len(self.signatories),
                "signatories.as_of": as_of,
                "statement.title": release.titles.get(language) or release.title,
                "statement.url": self.url,
                "reply.requested_by": date_format(release.reply_by, "DATE_FORMAT"),
                **(release.values.get(language) or release.values.get("en", {})),
            }
        self.sender = release.senders.get(language) or release.senders["en"]
        self.values["coalition.name"] = self.sender["coalition"]


class Copywriter:
    """Writes the copies of one release; reads the templates once."""

    def __init__(self, release: Release, *, on: date | None = None):
        self.release = release
        self.on = on or timezone.localdate()  # the day of writing says who holds an office
        self._shared: dict[str, _Shared] = {}
        self._cast: dict[tuple[int, str], tuple[Mould, Mould]] = {}
        self._readable: set[str] = set()

    @cached_property
    def templates(self) -> list[_Template]:
        return [
            _Template(row, frozenset(office.pk for office in row.recipients.all()), frozenset(row.recipient_kinds))
            for row in LetterTemplate.objects.prefetch_related("recipients").order_by("pk")
            if row.slug.startswith(HANDOVER_TEMPLATES) == self.release.is_handover
        ]

    def write(self, recipient: Recipient) -> Copy:
        """Return everything that is on the recipient's copy, as JSON. Raises CopyIncomplete.

        Keys: channel, to (e-mail address, or "" for what people carry), language, format ("pdf" or "docx"), reference,
        date, envelope (list of lines), subject, salutation, body (Markdown),
        closing, coalition, contact_name, contact_address, postal_lines, signatories (list of
        {name, note}), signatories_heading, statement_url, text_digest; files (list of {name, digest, size}) where some
        go along.
        """
        if not recipient.is_active:
            raise CopyIncomplete(_("This office is no longer in use."))
        form = self._form_of_address(recipient)
        if missing := missing_for(recipient, recipient.channel):
            raise CopyIncomplete(missing)
        template = self._template(recipient, form)
        shared = self._shared.get(form.language)
        if shared is None:
            shared = self._shared[form.language] = _Shared(self.release, form.language)
        own = {"recipient.name": form.name, "recipient.country_name": form.state_name}
        try:
            of_subject, of_body = self._moulds(template, shared, form.language)
            subject, body = of_subject.line(own), of_body.fill(own)
        except (MissingPlaceholder, BrokenPlaceholder) as exc:
            raise CopyIncomplete(str(exc)) from exc
        copy = {
            "channel": str(recipient.channel),
            "to": recipient.email if recipient.channel == Channel.EMAIL else "",
            "language": form.language,
            "format": formats_of(recipient)[0],
            "reference": reference(self.release, recipient),
            "date": shared.date,
            "envelope": envelope(recipient, form, on=self.on),
            "subject": subject,
            "salutation": form.salutation,
            "body": body,
            "closing": form.closing,
            **shared.sender,
            "signatories": shared.signatories,
            "signatories_heading": shared.heading,
            "statement_url": shared.url,
            "text_digest": self.release.text_digest,
        }
        if self.release.enclosures:
            with translation.override(locale_of(form.language)):
                copy = enclosures.enclosed(copy, self.release, recipient)
        self._check_readable(copy)
        return copy

    def _moulds(self, template: LetterTemplate, shared: _Shared, language: str) -> tuple[Mould, Mould]:
        """Of subject and body, with what all copies in this language share. Raises BrokenPlaceholder."""
        key = (template.pk, language)
        if key not in self._cast:
            self._cast[key] = (Mould(template.subject, shared.values), Mould(template.body, shared.values))
        return self._cast[key]

    def _check_readable(self, copy: Copy) -> None:
        """Refuse what would be printed as boxes, and what no mail server takes. Raises CopyIncomplete.

        Names of signatories are not looked at: one without a shape is marked in the print, and bars no letter.
        """
        if len(copy["body"]) > LONGEST_BODY:
            raise CopyIncomplete(
                _("The letter has %(length)d characters; %(most)d is the most that can be sent.")
                % {"length": len(copy["body"]), "most": LONGEST_BODY}
            )
        for words in (copy["body"], copy["subject"], copy["salutation"], copy["closing"], *copy["envelope"]):
            if words in self._readable:
                continue
            if missing := unprintable(words):
                raise CopyIncomplete(
                    _("The fonts of letters have no shape for: %(characters)s. Write it with other characters.")
                    % {"characters": " ".join(f"{sign} (U+{ord(sign):04X})" for sign in sorted(missing)[:5])}
                )
            if len(self._readable) < 1000:
                self._readable.add(words)

    def _form_of_address(self, recipient: Recipient) -> FormOfAddress:
        forms = recipient.forms_of_address.get_queryset()  # all() would copy the prefetched one, ten thousand times
        complete = {form.language: form for form in forms if form.is_complete}
        language = best_of(complete, self.release.language)
        if language is None:
            raise CopyIncomplete(_("No language of this office has both a salutation and a closing."))
        return complete[language]

    def _template(self, recipient: Recipient, form: FormOfAddress) -> LetterTemplate:
        """The template for this office, else for its kind, else the general one."""
        exact = [template for template in self.templates if template.row.language == form.language]
        kin = [template for template in self.templates if family(template.row.language) == family(form.language)]
        for of_language in (exact, kin):
            for fits in (
                lambda t: recipient.pk in t.recipients,
                lambda t: not t.recipients and recipient.kind in t.kinds and form.state_name,
                lambda t: not t.recipients and not t.kinds,
            ):
                for template in of_language:
                    if fits(template):
                        return template.row
        raise CopyIncomplete(_("There is no letter template in this language for this kind of office."))


def stream_copies(release: Release, recipients: Iterable[Recipient], *, on: date | None = None) -> Iterator[Written]:
    """Write copy after copy on that day (today), or say what stands in the way of one; holds one at a time."""
    writer = Copywriter(release, on=on)
    for recipient in recipients:
        try:
            yield recipient, writer.write(recipient)
        except CopyIncomplete as exc:
            yield recipient, Refusal(recipient, str(exc))


def write_copies(
    release: Release, recipients: Iterable[Recipient], *, on: date | None = None
) -> tuple[dict[int, Copy], list[Refusal]]:
    """Write every copy of a few; returns them by recipient, and what stands in the way of the others."""
    copies: dict[int, Copy] = {}
    refusals = []
    offices = list(recipients)
    prefetch_related_objects(offices, "forms_of_address", "holders")
    for recipient, written in stream_copies(release, offices, on=on):
        if isinstance(written, Refusal):
            refusals.append(written)
        else:
            copies[recipient.pk] = written
    return copies, refusals


class Digests:
    """The digest over all copies of a release, taken in while they stream past in the order of their numbers."""

    def __init__(self) -> None:
        self._all = hashlib.sha256()
        self._last = 0
        self._pieces: dict[int, tuple[Any, str]] = {}
        self.by_recipient: dict[str, str] = {}  # the first 16 characters of each, as Release.copy_digests keeps them

    def add(self, recipient_id: int, copy: Copy) -> str:
        """Take in one copy; returns its digest. Raises ValueError out of order."""
        if recipient_id <= self._last:
            raise ValueError("Copies are taken in by the numbers of their recipients.")
        digest = hashlib.sha256(self.canonical(copy).encode()).hexdigest()
        self._all.update(("\n" if self._last else "").encode() + digest.encode())
        self._last = recipient_id
        self.by_recipient[str(recipient_id)] = digest[:16]
        return digest

    def canonical(self, copy: Copy) -> str:
        """json.dumps(copy, sort_keys=True, ensure_ascii=False); what copies share is written once."""
        parts = (
            f'"{key}": {self._shared(copy[key]) if key == "signatories" else _json(copy[key])}' for key in sorted(copy)
        )
        return "{" + ", ".join(parts) + "}"

    def _shared(self, value: Any) -> str:
        known = self._pieces.get(id(value))
        if known is None:
            known = self._pieces[id(value)] = (value, _json(value))  # the object is kept, so that its id is
        return known[1]

    @property
    def of_all(self) -> str:
        return self._all.hexdigest()


def digest_copies(
    release: Release, recipients: Iterable[Recipient], *, on: date | None = None
) -> tuple[Digests, list[Refusal]]:
    """The digests of every copy that can be written, and what stands in the way of the others."""
    digests, refusals = Digests(), []
    for recipient, written in stream_copies(release, recipients, on=on):
        if isinstance(written, Refusal):
            refusals.append(written)
        else:
            digests.add(recipient.pk, written)
    return digests, refusals


def reference(release: Release, recipient: Recipient) -> str:
    """ "Our reference" on a letter: the first eight characters of the text's digest and the office's number."""
    return f"{release.text_digest[:8].upper()}-{recipient.pk:04d}"


def canonical_copy(copy: Copy) -> bytes:
    """The bytes that the digest of a copy is over."""
    return _json(copy).encode()


_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def _in_language(url: str, language: str) -> str:
    """The public page in the letter's language where the site has it: English has no prefix."""
    known = any(code == language for code, _name in settings.LANGUAGES)
    if language == settings.LANGUAGE_CODE or not known or not url.startswith(settings.SITE_URL):
        return url
    return f"{settings.SITE_URL}/{language}{url.removeprefix(settings.SITE_URL)}"
