"""What became of offices between the approval and the moment their letters leave."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from letters.addressing import envelope
from letters.models import Letter, Release
from letters.models.letter import Progress
from letters.models.recipient import Channel

NAMED = 50


@dataclass(frozen=True)
class ChangedOffice:
    """A letter that waits, and what is different at its office now, in a sentence."""

    letter: Letter
    sentence: str


def changed_since(release: Release) -> list[ChangedOffice]:
    """Letters of this release that still wait although their office is another now. The first fifty.

    They leave as they were approved unless somebody stops them: a machine cannot know which of the two is right.
    """
    if release.state != Release.State.APPROVED:
        return []
    waiting = Letter.objects.filter(release=release).with_progress()
    letters = waiting.in_progress(Progress.WAITING, Progress.TO_DISPATCH).select_related("recipient")
    found = []
    for letter in letters.prefetch_related("recipient__forms_of_address").iterator(chunk_size=500):
        sentence = _what_changed(letter)
        if sentence:
            found.append(ChangedOffice(letter, sentence))
        if len(found) == NAMED:
            break
    return found


def _what_changed(letter: Letter) -> str:
    office, copy = letter.recipient, letter.copy
    if not office.is_active:
        return _("This office is no longer in use.")
    if office.channel != copy["channel"]:
        return _("It is reached another way now: %s.") % office.get_channel_display()
    if office.channel == Channel.EMAIL and office.email != copy["to"]:
        return _("Its e-mail address is another now; the letter goes to the one that was approved.")
    form = next((form for form in office.forms_of_address.all() if form.language == copy["language"]), None)
    if form is None or not form.is_complete:
        return _("It has no form of address in the language of the letter any more.")
    if (form.salutation, form.closing) != (copy["salutation"], copy["closing"]):
        return _("It is addressed in other words now.")
    if envelope(office, form) != copy["envelope"]:
        if office.holder and office.holder not in " ".join(copy["envelope"]):
            return _("Somebody else holds the office now; the letter names whoever did when it was approved.")
        return _("Its address is another now.")
    return ""
