"""What the petitions room does when a room below tells it something; `connect` is called once, by ready()."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.models import News
from campaigns.services import take_back_news, tell_news
from campaigns.signals import digest_closed
from letters import enclosures
from letters.models import Reply
from letters.signals import release_being_approved, reply_hidden, reply_published
from petitions.models import Handover
from petitions.services.handing_over import check_approval, read_file
from petitions.services.news import write_updates


def connect() -> None:
    enclosures.register("handover", read_file)
    release_being_approved.connect(check_approval, dispatch_uid="petitions.check_approval")
    reply_published.connect(tell_of_reply, dispatch_uid="petitions.tell_of_reply")
    reply_hidden.connect(leave_out_reply, dispatch_uid="petitions.leave_out_reply")
    digest_closed.connect(write_updates, dispatch_uid="petitions.write_updates")


def tell_of_reply(reply: Reply, about: str, now: Any, **_sent: Any) -> None:
    """An answer to a handover is news of its petition."""
    handover = Handover.objects.named_in(about).select_related("petition").first()
    if handover is None or not reply.is_answer:
        return
    petition, office = handover.petition, reply.letter.recipient
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words[code] = _("%(office)s has answered about the petition “%(title)s”.") % {
                "office": office.local_name,
                "title": str(petition),
            }
    with translation.override("en"):
        path = reverse("pages:recipient", args=[office.slug])
    tell_news(
        petition.campaign_id,
        News.Kind.REPLY,
        key=f"reply:{reply.pk}",
        about=f"petition:{petition.pk}",
        words=words,
        path=path,
        now=now,
    )


def leave_out_reply(reply: Reply, **_sent: Any) -> None:
    take_back_news(f"reply:{reply.pk}")
