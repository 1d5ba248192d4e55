"""What an answer says of each demand, and telling the rooms above that an answer is public."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.models import Demand
from letters.exceptions import LettersError
from letters.models import CodedReply, Reply
from letters.signals import reply_hidden, reply_published


@dataclass(frozen=True)
class Code:
    """What an answer says of one demand; `words` by language quote it or sum it up."""

    demand_id: int
    verdict: str
    words: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def code_reply(reply_id: int, codes: Iterable[Code], *, by: User, now: datetime) -> int:
    """Set an answer against demands of its campaign, in place of what was set before; returns how many.

    A demand that is left out is not coded. Raises LettersError for what is no answer, for a demand of another
    campaign, and for a promise or refusal without the words it rests on.
    """
    rows = Reply.objects.select_for_update(of=["self"]).select_related("letter__release")
    reply = rows.get(pk=reply_id)
    if not reply.is_answer:
        raise LettersError(_("Only an answer is set against the demands: this is none."))
    chosen = list(codes)
    asked = set(demands_of(reply).values_list("pk", flat=True))
    for code in chosen:
        if code.demand_id not in asked or code.verdict not in CodedReply.Verdict.values:
            raise LettersError(_("Choose demands of the campaign that this letter belongs to."))
        if code.verdict != CodedReply.Verdict.NO_WORD and not any(text.strip() for text in code.words.values()):
            raise LettersError(_("Write down the words on which a promise or a refusal rests."))
    reply.codes.all().delete()
    CodedReply.objects.bulk_create(
        CodedReply(
            reply=reply, demand_id=code.demand_id, verdict=code.verdict, words=code.words, coded_by=by, coded_at=now
        )
        for code in chosen
    )
    audit.record("letters.code_reply", reply, by=by, now=now, demands=len(chosen))
    return len(chosen)


def demands_of(reply: Reply) -> QuerySet[Demand]:
    """What the campaign asks whose text this answer is about; none of a letter from before campaigns were noted."""
    return Demand.objects.filter(campaign=reply.letter.release.campaign_id).prefetch_related("texts")


def tell_of_visibility(reply: Reply, *, was: str, now: datetime) -> None:
    """To be called in the transaction in which it changed who may read a reply; `was` is the visibility before."""
    private = Reply.Visibility.PRIVATE
    if was == private and reply.visibility != private:
        reply_published.send(Reply, reply=reply, about=reply.letter.release.about, now=now)
    elif was != private and reply.visibility == private:
        reply_hidden.send(Reply, reply=reply)
