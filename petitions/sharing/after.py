"""What somebody can still do who has signed: write to an office in their own name, and read other petitions."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from campaigns.languages import in_language
from letters.models import Recipient
from petitions.cards import petition_cards
from petitions.models import Petition, PetitionText
from petitions.sharing.addresses import petition_url
from petitions.sharing.links import mail_link

OFFICES, OTHERS = 6, 3


@dataclass(frozen=True)
class OwnLetter:
    """A neutral letter that the supporter may change and sends, or not, from their own mail program."""

    office: Recipient
    subject: str
    body: str

    @property
    def mail_link(self) -> str:
        return mail_link(self.subject, self.body)


def own_letters(petition: Petition) -> list[OwnLetter]:
    """One letter for each office that may help. None to those who bear the duty: a supporter shows them no address."""
    text = petition.text
    offices = petition.recipients.filter(is_active=True, is_hostile=False).exclude(role=Recipient.Role.DUTY_BEARER)
    chosen = offices.prefetch_related("forms_of_address")[:OFFICES]
    return [_letter(office, petition, text) for office in chosen] if text else []


def other_petitions(petition: Petition, *, now: datetime) -> list[PetitionText]:
    """Open petitions besides this one, newest first, as cards."""
    return petition_cards(Petition.objects.open(now).exclude(pk=petition.pk))[:OTHERS]


def _letter(office: Recipient, petition: Petition, text: PetitionText) -> OwnLetter:
    form = in_language(row for row in office.forms_of_address.all() if row.language == text.language)
    salutation = form.salutation if form and form.salutation else _("To whom it may concern,")
    closing = form.closing if form and form.closing else _("Yours faithfully,")
    asked = _("I have signed the petition “%(title)s”, and I ask you to consider what it says:") % {"title": text.title}
    page = _("Its whole text, and what offices answered: %(address)s") % {"address": petition_url(petition)}
    answer = _("I should be grateful to hear what you can do.")
    parts = [salutation, asked, text.summary, page, answer, closing]
    return OwnLetter(office, text.title, "\n\n".join(parts) + "\n")
