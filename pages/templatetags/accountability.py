"""Who asked, in a sentence that is never a bare number."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from letters.models import Letter
from pages.accountability import Office, Standing

register = template.Library()


@register.filter
def asked_by(letter: Letter) -> str:
    """ "by 14 organizations", "by 1,204 people who signed"; "" where it was not noted."""
    count = letter.release.asked_by
    if not count:
        return ""
    if letter.release.is_handover:
        return ngettext("by %(count)d person who signed", "by %(count)d people who signed", count) % {"count": count}
    return ngettext("by %(count)d organization", "by %(count)d organizations", count) % {"count": count}


@register.filter
def standing(office: Office) -> str:
    """Where an office stands, in a sentence. Nothing is said of a real office in a demonstration."""
    if office.standing == Standing.NOT_ASKED:
        return _("No letter has gone to this office from here.")
    if office.standing == Standing.WRITTEN:
        return _("In this demonstration nothing is said of what a real office did.")
    if office.standing == Standing.ANSWERED:
        if office.days:
            words = ngettext(
                "It has answered; one letter has waited for %(days)d day.",
                "It has answered; one letter has waited for %(days)d days.",
                office.days,
            )
            return words % {"days": office.days}
        return _("It has answered.")
    if not office.days:
        return _("It was written to today.")
    if office.standing == Standing.ACKNOWLEDGED:
        words = ngettext(
            "It has confirmed receipt. There has been no answer for %(days)d day.",
            "It has confirmed receipt. There has been no answer for %(days)d days.",
            office.days,
        )
    else:
        words = ngettext(
            "There has been no answer for %(days)d day.", "There has been no answer for %(days)d days.", office.days
        )
    return words % {"days": office.days}


@register.filter
def of_demand(office: Office, demand_id: int) -> object:
    """What it said of one demand, or None."""
    return office.said.get(demand_id)
