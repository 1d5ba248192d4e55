"""What came back for a letter, in words that claim no more than is known."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from letters.models import Letter, Release, Reply

register = template.Library()


@register.inclusion_tag("letters/_answer.html", takes_context=True)
def answer(context: template.Context, letter: Letter) -> dict[str, Any]:
    """The state of one letter and the summaries that are public. Needs letters.ledger.public_letters()."""
    replies = list(letter.replies.all())
    settled = [reply for reply in replies if reply.is_answer]
    if settled:
        state = "refused" if settled[-1].kind == Reply.Kind.REFUSAL else "answered"
        headline = _answered(settled[-1], letter.left_at)  # type: ignore[attr-defined]
    else:
        state = "received" if replies else "silent"
        # In a demonstration nothing is said of a real office, not even that it was silent.
        may_tell = letter.recipient.is_fictional or not context.get("demonstration")
        headline = _silence(letter.days_of_silence(timezone.now()), bool(replies)) if may_tell else ""
    summaries = [
        {
            "reply": reply,
            "words": in_page_language(reply.summaries),
            "whole": reply.public_text if reply.visibility == Reply.Visibility.FULL else "",
        }
        for reply in replies
        if reply.is_public
    ]
    return {"state": state, "headline": headline, "summaries": summaries, "settled": bool(settled)}


@register.filter
def title_of(release: Release) -> str:
    """The title of the text that was sent, in the page's language."""
    return in_page_language(release.titles) or release.title


def in_page_language(words: dict[str, str]) -> str:
    return words.get(get_language() or "en") or words.get("en") or next(iter(words.values()), "")


def _answered(reply: Reply, left_at: datetime) -> str:
    days = max((reply.received_on - timezone.localdate(left_at)).days, 0)
    if reply.kind == Reply.Kind.REFUSAL:
        return _("Refused")
    if days == 0:
        return _("Answered the same day")
    return ngettext("Answered after %(days)d day", "Answered after %(days)d days", days) % {"days": days}


def _silence(days: int | None, is_acknowledged: bool) -> str:
    if days is None:
        return ""
    if days == 0:
        return _("Received, no answer yet") if is_acknowledged else _("Sent today, no answer yet")
    if is_acknowledged:
        words = ngettext("Received, no answer for %(days)d day", "Received, no answer for %(days)d days", days)
    else:
        words = ngettext("No answer for %(days)d day", "No answer for %(days)d days", days)
    return words % {"days": days}
