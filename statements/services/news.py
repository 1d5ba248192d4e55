"""News of a campaign to delegates: one mail a person for all that was gathered, as far as they want it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.models import Campaign, Delegate, News, NewsDigest
from campaigns.services import mail_key, take_back_news, tell_news
from letters.models import Reply
from outbox import bell
from outbox.kinds import Kind, register
from outbox.models import Email
from outbox.services import cancel_emails, queue_email
from privacy import tokens
from statements.models import CoSignature, NewsChoice, Statement, Version
from statements.services.announcing import title_in

MAIL = Kind("statements.digest", may_repeat=False)  # an uncertain one is for staff to decide: nobody gets it twice
register(MAIL)
STOP = "stop-news"  # what the token of the link is made for
Scope = NewsChoice.Scope


def tell_of_publication(statement: Statement, *, now: datetime) -> None:
    """To be called in the transaction in which it became public."""
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words[code] = _("“%s” has been published.") % title_in(statement, code)
    _tell(statement, News.Kind.PUBLICATION, f"statement:{statement.pk}", words, "", now)


def tell_of_reply(reply: Reply, about: str, now: datetime, **_sent: Any) -> None:
    """Receiver of letters.signals.reply_published: an answer to a letter with a statement is its news."""
    prefix, _colon, digest = about.partition(":")
    if prefix != "statement" or not reply.is_answer:
        return
    version = Version.objects.filter(digest=digest).select_related("statement").first()
    if version is None:
        return
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said = {"office": reply.letter.recipient.local_name, "title": title_in(version.statement, code)}
            words[code] = _("%(office)s has answered about “%(title)s”.") % said
    _tell(version.statement, News.Kind.REPLY, f"reply:{reply.pk}", words, "#letters", now)


def leave_out_reply(reply: Reply, **_sent: Any) -> None:
    """Receiver of letters.signals.reply_hidden: what nobody may read any more is not told."""
    take_back_news(f"reply:{reply.pk}")


def write_digests(digest: NewsDigest, news: list[News], now: datetime, **_sent: Any) -> None:
    """Receiver of campaigns.signals.digest_closed: one mail to each delegate whom some of it concerns."""
    delegates: dict[int, tuple[User, set[int]]] = {}
    rows = Delegate.objects.active(timezone.localdate(now)).select_related("user__news_choice").order_by("pk")
    for row in rows:
        delegates.setdefault(row.user_id, (row.user, set()))[1].add(row.organization_id)
    signed = _signed_by_organization(digest)
    told = _told_before(news)
    campaign = Campaign.objects.prefetch_related("texts").get(pk=digest.campaign_id)
    with bell.muted():  # the sender comes by in seconds anyway
        for user, organizations in delegates.values():
            texts = {f"statement:{pk}" for organization in organizations for pk in signed.get(organization, ())}
            person = bytes(user.email_fingerprint)
            concerned = [row for row in _wanted(user, texts, news) if (row.pk, person) not in told]
            if concerned:
                _mail(digest, campaign, user, concerned, now)


def choose_news(user: User, scope: str) -> NewsChoice:
    """Keep what a delegate wants to hear; "" or what is none of the choices raises ValueError."""
    choice, _made = NewsChoice.objects.update_or_create(user=user, defaults={"scope": Scope(scope)})
    if choice.scope == Scope.NONE:
        waiting = Email.objects.filter(kind=MAIL.name, to_fingerprint=bytes(user.email_fingerprint))
        cancel_emails(waiting)
    return choice


def find_choice(token: str) -> NewsChoice | None:
    """The choice whose link this is; None for a forged or revoked token."""
    for row_id in tokens.row_ids(token):
        choice = NewsChoice.objects.filter(pk=row_id).select_related("user").first()
        if choice and tokens.matches(token, STOP, choice.pk, bytes(choice.nonce)):
            return choice
    return None


@transaction.atomic
def stop_news(choice_id: int) -> None:
    """By the link of a mail: no more news. A second time changes nothing."""
    choice = NewsChoice.objects.select_for_update(of=["self"]).select_related("user").get(pk=choice_id)
    choose_news(choice.user, Scope.NONE)


def scope_of(user: User) -> str:
    """What this person hears, also of who never chose."""
    choice = NewsChoice.objects.filter(user=user).first()
    return choice.scope if choice else Scope.SIGNED


def _signed_by_organization(digest: NewsDigest) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = CoSignature.objects.counted().filter(statement__campaign=digest.campaign_id)
    for organization, statement in rows.order_by().values_list("organization", "statement"):
        found.setdefault(organization, set()).add(statement)
    return found


def _wanted(user: User, texts: set[str], news: Iterable[News]) -> list[News]:
    """The news of a digest that this person wants to hear."""
    choice = getattr(user, "news_choice", None)
    scope = choice.scope if choice else Scope.SIGNED
    if scope == Scope.NONE:
        return []
    return [
        row for row in news if scope == Scope.ALL or row.about in texts or (row.kind == News.Kind.OUTCOME and texts)
    ]


def _told_before(news: Iterable[News]) -> set[tuple[int, bytes]]:
    """Who had a mail of its own about a publication, see announcing.announce_publication(): (news, fingerprint).

    One query a publication, however many read the digest.
    """
    told = set()
    for row in news:
        if row.kind == News.Kind.PUBLICATION:
            mails = Email.objects.filter(key__startswith=f"published:{row.about.partition(':')[2]}:")
            told |= {(row.pk, bytes(person)) for person in mails.values_list("to_fingerprint", flat=True)}
    return told


def _mail(digest: NewsDigest, campaign: Campaign, user: User, news: list[News], now: datetime) -> None:
    choice = getattr(user, "news_choice", None) or NewsChoice.objects.get_or_create(user=user)[0]
    language = user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        stop = settings.SITE_URL + reverse(
            "statements:stop-news", args=[tokens.make(STOP, choice.pk, bytes(choice.nonce))]
        )
        profile = settings.SITE_URL + reverse("statements:profile")
        day, title = date_format(timezone.localtime(now), "DATE_FORMAT"), str(campaign)
    queue_email(
        MAIL.name,
        to=user.email,
        template="statements/email/digest",
        context={
            "day": day,
            "campaign": title,
            "news": [{"words": row.text_in(language), "url": row.url_in(language)} for row in news],
            "unsubscribe_url": stop,
            "profile_url": profile,
        },
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        language=language,
        key=mail_key(digest.pk, bytes(user.email_fingerprint)),
        about=f"campaign:{digest.campaign_id}",
        now=now,
    )


def _tell(statement: Statement, kind: News.Kind, key: str, words: dict[str, str], anchor: str, now: datetime) -> None:
    with translation.override("en"):
        path = reverse("statements:detail", args=[statement.slug]) + anchor
    about = f"statement:{statement.pk}"
    tell_news(statement.campaign_id, kind, key=key, about=about, words=words, path=path, now=now)
