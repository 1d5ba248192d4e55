"""Letters that are approved and still here, while the office they are for has changed."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from letters.addressing import envelope
from letters.models import Holder, Letter
from letters.models.letter import Progress
from letters.models.recipient import Channel

LOOKED_AT = 500  # letters; more at once are a change of register, and the first ones say so


def changes_since_approval(letter: Letter, *, on: date) -> list[str]:
    """What is no longer as in the frozen copy, in sentences for staff; [] when the letter may leave.

    Three queries, unless `recipient`, its `holders` and `forms_of_address` are there already.
    """
    recipient, copy = letter.recipient, letter.copy
    if not recipient.is_active:
        return [_("The office is no longer in use.")]
    forms = [form for form in recipient.forms_of_address.all() if form.language == letter.language]
    if not forms:
        return [_("The office has no form of address in the language of this letter any more.")]
    found, form = [], forms[0]
    if (form.salutation, form.closing) != (copy["salutation"], copy["closing"]):
        found.append(_("The salutation or the closing has changed."))
    written, todays = copy["envelope"], envelope(recipient, form, on=on)
    names = {holder.name for holder in recipient.holders.all()}
    if _among(names, written) != _among(names, todays):
        found.append(_("The office has another holder today than the letter names."))
    readdressed = letter.channel != copy["channel"]  # such a letter goes to the address of today
    if not readdressed and _others(names, written) != _others(names, todays):
        found.append(_("The address of the envelope has changed."))
    if not readdressed and letter.channel == Channel.EMAIL and copy["to"] != recipient.email:
        found.append(_("The e-mail address has changed."))
    return found


def to_compare(on: date, letters: QuerySet[Letter] | None = None) -> QuerySet[Letter]:
    """Letters that have not left (or those among `letters`) and whose office was changed since, in whatever way."""
    here = Q(progress__in=[Progress.WAITING, Progress.TO_DISPATCH])
    waiting = (Letter.objects.all() if letters is None else letters).with_progress().filter(here)  # type: ignore[attr-defined]
    handed_over = Holder.objects.filter(
        Q(since__gt=OuterRef("created_at"), since__lte=on) | Q(until__gte=OuterRef("created_at"), until__lt=on),
        recipient=OuterRef("recipient"),
    )
    changed = Q(recipient__changed_at__gt=F("created_at")) | Q(recipient__is_active=False)
    found: QuerySet[Letter] = waiting.filter(changed | Exists(handed_over))
    return found


def out_of_date(on: date, letters: QuerySet[Letter] | None = None) -> dict[int, list[str]]:
    """{letter: sentences} of all that would not leave as they are, or of those among `letters`."""
    candidates: Iterable[Letter] = (
        to_compare(on, letters)
        .select_related("recipient")
        .prefetch_related("recipient__holders", "recipient__forms_of_address")
        .only("channel", "language", "copy", "recipient")
        .order_by("pk")[:LOOKED_AT]
    )
    found = {letter.pk: changes_since_approval(letter, on=on) for letter in candidates}
    return {pk: sentences for pk, sentences in found.items() if sentences}


def _among(names: set[str], lines: list[str]) -> list[str]:
    return [line for line in lines if line in names]


def _others(names: set[str], lines: list[str]) -> list[str]:
    return [line for line in lines if line not in names]
