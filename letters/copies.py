"""Writing one recipient's copy: the template that fits, its values filled in, the forms of address of the office."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from letters import enclosures
from letters.exceptions import CopyIncomplete
from letters.models import FormOfAddress, LetterTemplate, Recipient, Release
from letters.models.recipient import Channel
from letters.offices import missing_for
from letters.rendering import BrokenPlaceholder, MissingPlaceholder, fill, fill_line

Copy = dict[str, Any]
HANDOVER_TEMPLATES = "handover"  # how the short names of templates begin with which a petition is handed over


@dataclass(frozen=True)
class Refusal:
    """Why one recipient's copy cannot be written."""

    recipient: Recipient
    reason: str


class Copywriter:
    """Writes the copies of one release; reads the templates once."""

    def __init__(self, release: Release, *, on: date):
        self.release, self.on = release, on  # the day of writing says who holds an office
        self.templates = [
            row
            for row in LetterTemplate.objects.prefetch_related("recipients").order_by("pk")
            if row.slug.startswith(HANDOVER_TEMPLATES) == release.is_handover
        ]

    def write(self, recipient: Recipient) -> Copy:
        """Return everything that is on the recipient's copy, as JSON. Raises CopyIncomplete.

        Keys: channel, to (e-mail address, or "" for what people carry), language, reference, date,
        envelope (list of lines), subject, salutation, body (Markdown),
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
        release = self.release
        sender = release.senders.get(form.language) or release.senders["en"]
        signatories = release.signatories.get(form.language) or release.signatories["en"]
        with translation.override(form.language):
            values = {
                "recipient.name": form.name,
                "recipient.country_name": form.state_name,
                "coalition.name": sender["coalition"],
                "signatories.count": len(signatories),
                "signatories.as_of": date_format(timezone.localtime(release.signatories_as_of), "DATE_FORMAT"),
                "statement.title": release.titles.get(form.language) or release.title,
                "statement.url": _in_language(release.public_url, form.language),
                "reply.requested_by": date_format(release.reply_by, "DATE_FORMAT"),
                **(release.values.get(form.language) or release.values.get("en", {})),
            }
            try:
                subject, body = fill_line(template.subject, values), fill(template.body, values)
            except (MissingPlaceholder, BrokenPlaceholder) as exc:
                raise CopyIncomplete(str(exc)) from exc
            copy = {
                "channel": str(recipient.channel),
                "to": recipient.email if recipient.channel == Channel.EMAIL else "",
                "language": form.language,
                "reference": reference(release, recipient),
                "date": date_format(release.dated_on, "DATE_FORMAT"),
                "envelope": envelope(recipient, form, on=self.on),
                "subject": subject,
                "salutation": form.salutation,
                "body": body,
                "closing": form.closing,
                **sender,
                "signatories": signatories,
                "signatories_heading": _("Signatories as of %(date)s (%(count)d)")
                % {"date": values["signatories.as_of"], "count": len(signatories)},
                "statement_url": values["statement.url"],
                "text_digest": release.text_digest,
            }
            return enclosures.enclosed(copy, release, recipient)

    def _form_of_address(self, recipient: Recipient) -> FormOfAddress:
        complete = {form.language: form for form in recipient.forms_of_address.all() if form.is_complete}
        form = complete.get(self.release.language) or complete.get("en") or next(iter(complete.values()), None)
        if form is None:
            raise CopyIncomplete(_("No language of this office has both a salutation and a closing."))
        return form

    def _template(self, recipient: Recipient, form: FormOfAddress) -> LetterTemplate:
        """The template for this office, else for its kind, else the general one."""
        of_language = [template for template in self.templates if template.language == form.language]
        for fits in (
            lambda t: recipient in t.recipients.all(),
            lambda t: not t.recipients.all() and recipient.kind in t.recipient_kinds and form.state_name,
            lambda t: not t.recipients.all() and not t.recipient_kinds,
        ):
            for template in of_language:
                if fits(template):
                    return template
        raise CopyIncomplete(_("There is no letter template in this language for this kind of office."))


def write_copies(
    release: Release, recipients: Iterable[Recipient], *, on: date | None = None
) -> tuple[dict[int, Copy], list[Refusal]]:
    """Write every copy on that day (today); returns them by recipient, and what stands in the way of the others."""
    writer, copies, refusals = Copywriter(release, on=on or timezone.localdate()), {}, []
    offices = list(recipients)
    prefetch_related_objects(offices, "forms_of_address", "holders")
    for recipient in offices:
        try:
            copies[recipient.pk] = writer.write(recipient)
        except CopyIncomplete as exc:
            refusals.append(Refusal(recipient, str(exc)))
    return copies, refusals


def reference(release: Release, recipient: Recipient) -> str:
    """ "Our reference" on a letter: the first eight characters of the text's digest and the office's number."""
    return f"{release.text_digest[:8].upper()}-{recipient.pk:04d}"


def envelope(recipient: Recipient, form: FormOfAddress, *, on: date) -> list[str]:
    """The lines of the address block: the holder of that day, envelope line or office, postal address or city."""
    holder = recipient.holder_on(on)
    lines = [holder.name if holder else "", form.envelope or form.name, *recipient.postal_lines]
    if not recipient.postal_lines and recipient.city:
        lines.append(recipient.city)
    return [line for line in lines if line]


def copy_digest(copy: Copy) -> str:
    """SHA-256 over one copy as canonical JSON."""
    return hashlib.sha256(canonical_copy(copy)).hexdigest()


def canonical_copy(copy: Copy) -> bytes:
    """The bytes that the digest of a copy is over."""
    return json.dumps(copy, sort_keys=True, ensure_ascii=False).encode()


def copies_digest(copies: dict[int, Copy]) -> str:
    """SHA-256 over all copies of a release, in the order of their recipients' numbers."""
    return hashlib.sha256("\n".join(copy_digest(copies[pk]) for pk in sorted(copies)).encode()).hexdigest()


def _in_language(url: str, language: str) -> str:
    """The public page in the letter's language: English has no prefix."""
    if language == settings.LANGUAGE_CODE or not url.startswith(settings.SITE_URL):
        return url
    return f"{settings.SITE_URL}/{language}{url.removeprefix(settings.SITE_URL)}"
