"""News of a campaign to those who asked what happens with a petition: an update of each, which the house wrote.

They agreed to hear of their petition. So they are told what is about it, and what came of the demands of its campaign:
nothing of the texts of organizations. The update is mailed like every other, spread over time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from campaigns.models import News, NewsDigest
from letters.rendering import fill
from petitions.models import Petition, Update, UpdateText

LINE = "- {{ words }}: [{{ more }}](%s)"


def write_updates(digest: NewsDigest, news: list[News], now: datetime, **_sent: Any) -> None:
    """Receiver of campaigns.signals.digest_closed: the mails follow with those of other updates, within a minute."""
    for petition in Petition.objects.public().filter(campaign=digest.campaign_id).exclude(state="archived"):
        concerned = news_of(petition.pk, news)
        if not concerned:
            continue
        update, made = Update.objects.get_or_create(
            petition=petition, digest=digest, defaults={"state": Update.State.PUBLISHED, "published_at": now}
        )
        if made:
            UpdateText.objects.bulk_create(
                UpdateText(update=update, language=code, title=_title(code, now), body=body_of(concerned, code))
                for code, _name in settings.LANGUAGES
            )


def news_of(petition_id: int, news: Iterable[News]) -> list[News]:
    """What somebody who signed this petition is told."""
    return [row for row in news if row.about == f"petition:{petition_id}" or row.kind == News.Kind.OUTCOME]


def own_news(petition_id: int, news: Iterable[News]) -> list[News]:
    """Those of them that nobody was told under another petition."""
    return [row for row in news if row.about == f"petition:{petition_id}"]


def body_of(news: Iterable[News], language: str) -> str:
    """The news as Markdown, a line each with the link to its page. No sign in their words acts."""
    with translation.override(language):
        more = _("Read more")
    return "\n".join(fill(LINE % row.url_in(language), {"words": row.text_in(language), "more": more}) for row in news)


def _title(language: str, now: datetime) -> str:
    with translation.override(language):
        return _("What has happened: %s") % date_format(timezone.localtime(now), "DATE_FORMAT")
