"""News of a campaign: noted once for each event, gathered for a day, then given to the rooms that know the readers."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from campaigns.exceptions import CampaignsError
from campaigns.models import News, NewsDigest
from campaigns.signals import digest_closed


@transaction.atomic
def tell_news(
    campaign_id: int,
    kind: News.Kind,
    *,
    key: str,
    words: Mapping[str, str],
    path: str,
    now: datetime,
    about: str = "",
) -> News:
    """Note an event for the next mail; a second time with the same `key` changes nothing.

    `words` by language are one line of plain text, `path` the English address of its page on this site.
    """
    found = News.objects.filter(key=key).first()
    if found:
        return found
    digests = NewsDigest.objects.select_for_update()
    digest, _made = digests.get_or_create(campaign_id=campaign_id, closed_at=None, defaults={"opened_at": now})
    return News.objects.create(
        digest=digest, kind=kind, key=key, about=about, words=dict(words), path=path, happened_at=now
    )


@transaction.atomic
def take_back_news(key: str) -> bool:
    """Leave out an event that was noted by mistake, while its mail is not sent; returns whether it was there."""
    return bool(News.objects.filter(key=key, digest__closed_at=None).delete()[0])


@transaction.atomic
def send_digest(digest_id: int, *, by: User | None, now: datetime) -> int:
    """Close the digest and hand its news to the rooms above; returns how many there were. A second time does nothing.

    Raises CampaignsError when somebody presses it and there is nothing to tell.
    """
    digest = NewsDigest.objects.select_for_update().get(pk=digest_id)
    if digest.closed_at:
        return 0
    news = list(digest.news.all())
    if not news:
        if by is not None:
            raise CampaignsError(_("There is no news to send."))
        digest.delete()
        return 0
    digest.closed_at = now
    digest.save(update_fields=["closed_at"])
    audit.record("campaigns.send_newsdigest", digest, by=by, now=now, news=len(news))
    digest_closed.send(NewsDigest, digest=digest, news=news, now=now)
    return len(news)


def send_due_digests(*, now: datetime) -> int:
    """Close every digest whose day is over; returns how many news were handed on."""
    gathering = NewsDigest.objects.filter(closed_at=None)
    return sum(send_digest(digest.pk, by=None, now=now) for digest in gathering if digest.closes_at() <= now)


def mail_key(digest_id: int, fingerprint: bytes) -> str:
    """The key of the one mail that a digest is to the owner of an address, whichever room writes it."""
    person = hashlib.sha256(f"digest:{digest_id}:".encode() + fingerprint).hexdigest()
    return f"digest:{digest_id}:{person[:32]}"
