"""Updates: written, read by another person, published, and mailed once to each signatory who asked for updates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit, switches
from accounts.models import User
from campaigns.languages import in_language
from campaigns.services import mail_key as digest_key
from letters.rendering import plain_text, render_markdown
from outbox import bell
from outbox.greetings import greetable
from outbox.kinds import Kind, register
from outbox.models import Email, EmailQuerySet
from outbox.services import cancel_emails, queue_email
from petitions.exceptions import TransitionRefused
from petitions.models import Petition, Signature, Update
from petitions.models.signature import SignatureQuerySet
from petitions.services.links import MANAGE, UNSUBSCRIBE, link
from petitions.services.news import body_of, own_news

State = Update.State
CHUNK = 100  # mails written in one transaction
MAIL = Kind("petitions.update", may_repeat=False)  # an uncertain one is for staff to decide: nobody gets it twice
register(MAIL)


@dataclass(frozen=True)
class Progress:
    """Of an update's mails: for how many people they are, how many are written, sent and not sent for good."""

    asked: int
    written: int
    sent: int
    failed: int


def submit_update(update_id: int, *, by: User, now: datetime) -> Update:
    """Draft to review. Raises TransitionRefused without a text."""
    return _move(update_id, State.DRAFT, State.IN_REVIEW, "submit_update", by, now)


def send_back_update(update_id: int, *, by: User, reason: str, now: datetime) -> Update:
    """Review back to draft, with the reason. Raises TransitionRefused."""
    return _move(update_id, State.IN_REVIEW, State.DRAFT, "send_back_update", by, now, reason)


def publish_update(update_id: int, *, by: User, now: datetime) -> Update:
    """Review to published, by somebody who neither began it nor wrote it last; its mails begin within a minute.

    Raises TransitionRefused.
    """
    return _move(update_id, State.IN_REVIEW, State.PUBLISHED, "publish_update", by, now)


def note_update_writer(update_id: int, *, by: User) -> None:
    """Keep who changed a draft last: somebody else publishes it."""
    Update.objects.filter(pk=update_id, state=State.DRAFT).update(last_written_by=by)


@transaction.atomic
def stop_update_mails(update_id: int, *, by: User, reason: str, now: datetime) -> int:
    """Write no more mails of this update and cancel those not yet sent, for good; returns how many were cancelled."""
    update = Update.objects.select_for_update(of=["self"]).get(pk=update_id)
    if update.state != State.PUBLISHED or update.mail_stopped_at:
        raise TransitionRefused(_("There are no mails of this update to stop."))
    update.mail_stopped_at = now
    update.save(update_fields=["mail_stopped_at"])
    waiting = mails_of(update).filter(state__in=[Email.State.QUEUED, Email.State.SENDING])
    cancelled = cancel_emails(waiting)
    audit.record("petitions.stop_update_mails", update, by=by, reason=reason, now=now, cancelled=cancelled)
    return cancelled


def stop_updates_to(signature: Signature) -> int:
    """Cancel the updates on their way to somebody who wants no more of them; returns how many."""
    updates = Update.objects.filter(petition=signature.petition_id, state=State.PUBLISHED)
    keys = [key for update in updates.only("pk", "digest") for key in _keys(update, signature)]
    written = Email.objects.filter(key__in=keys)
    # The one mail of a day's news may be about another petition of the same campaign: that one stays.
    mine = written.exclude(Q(key__startswith="digest:") & ~Q(about=f"petition:{signature.petition_id}"))
    return cancel_emails(mine) if keys else 0


def mail_updates(*, now: datetime) -> int:
    """Write the next mails of every published update, at most UPDATE_MAILS_PER_MINUTE in all; returns how many.

    Mails and the mark how far they got are one transaction: killed at any moment, it goes on where it was. The key of
    each mail names update and signature, so that none is written twice.
    """
    if not switches.sends_mail():
        return 0
    due = Update.objects.filter(state=State.PUBLISHED, mail_finished_at=None, mail_stopped_at=None)
    written = 0
    for update_id in list(due.order_by("pk").values_list("pk", flat=True)):
        while written < settings.UPDATE_MAILS_PER_MINUTE:
            looked_at = _mail_some(update_id, min(CHUNK, settings.UPDATE_MAILS_PER_MINUTE - written), now)
            written += looked_at
            if not looked_at:
                break
    return written


def recipients_of(update: Update) -> SignatureQuerySet:
    """Confirmed signatures whose owners asked for updates before this one was published."""
    asked = Signature.objects.confirmed().filter(petition=update.petition_id, consent_updates__isnull=False)
    known = asked.filter(forgotten_at=None)
    return known.filter(confirmed_at__lte=update.published_at) if update.published_at else known


def progress_of(update: Update) -> Progress:
    """How far its mails are."""
    counted = mails_of(update).order_by().values_list("state").annotate(Count("pk"))  # there may be a million
    by_state: dict[str, int] = dict(counted)
    written = sum(by_state.values())
    lost = [Email.State.FAILED, Email.State.UNCERTAIN, Email.State.CANCELLED, Email.State.WITHHELD]
    return Progress(
        asked=max(recipients_of(update).count(), written),  # some have changed their mind since
        written=written,
        sent=by_state.get(Email.State.SENT, 0),
        failed=sum(by_state.get(state, 0) for state in lost),
    )


def mails_of(update: Update) -> EmailQuerySet:
    written = Q(key__startswith=mail_key(update.pk))
    if update.digest_id:
        written |= Q(key__startswith=f"digest:{update.digest_id}:", about=f"petition:{update.petition_id}")
    return Email.objects.filter(written)


def mail_key(update_id: int) -> str:
    """How the keys of an update's mails begin."""
    return f"update:{update_id}:"


def mail_context(update: Update, language: str) -> dict[str, object]:
    """What all mails of an update in this language say. Prefetch `texts` and `petition__texts`."""
    text = in_language(update.texts.all(), language)
    assert text, "an update without a text is not published"
    title = in_language(update.petition.texts.all(), language)
    with translation.override(language):
        path = reverse("petitions:update", args=[update.petition.slug, update.pk])
    return {
        "title": text.title,
        "body_html": render_markdown(text.body, footnote_prefix="u-"),
        "body_text": plain_text(text.body),
        "text_language": text.language,
        "petition_title": title.title if title else update.petition.slug,
        "update_url": settings.SITE_URL + path,
    }


@transaction.atomic
def _mail_some(update_id: int, most: int, now: datetime) -> int:
    """Write the mails of the next `most` signatures; returns how many. The last time notes that all are written."""
    update = Update.objects.select_for_update(of=["self"]).select_related("petition").get(pk=update_id)
    if update.mail_finished_at or update.mail_stopped_at:
        return 0
    chosen = list(recipients_of(update).filter(pk__gt=update.mailed_up_to).order_by("pk")[:most])
    contexts: dict[tuple[str, bool], Mapping[str, object] | None] = {}
    told = _told_elsewhere(update, chosen)
    with bell.muted():  # the sender comes by in seconds anyway
        for signature in chosen:
            language, again = _language_of(signature), signature.pk in told
            if (language, again) not in contexts:
                contexts[language, again] = own_context(update, language) if again else mail_context(update, language)
            context = contexts[language, again]
            if context is not None:
                key = _keys(update, signature)[0 if again else -1]
                _mail(update, signature, language, context, key, now)
    if chosen:
        update.mailed_up_to = chosen[-1].pk
    else:
        update.mail_finished_at = now
    update.save(update_fields=["mailed_up_to", "mail_finished_at"])
    return len(chosen)


def own_context(update: Update, language: str) -> Mapping[str, object] | None:
    """The same for whoever was told the rest under another petition: only what is about this one, None for nothing."""
    assert update.digest
    own = own_news(update.petition_id, update.digest.news.all())
    if not own:
        return None
    body = body_of(own, language)
    said = {"body_html": render_markdown(body, footnote_prefix="u-"), "body_text": plain_text(body)}
    return mail_context(update, language) | said | {"text_language": language}


def _keys(update: Update, signature: Signature) -> list[str]:
    """The keys under which this person may have a mail of the update; the last is that of the first mail.

    News that the house gathered are one mail to a person, under however many petitions they signed.
    """
    own = f"{mail_key(update.pk)}{signature.pk}"
    if not update.digest_id or signature.address_fingerprint is None:
        return [own]
    return [own, digest_key(update.digest_id, bytes(signature.address_fingerprint))]


def _told_elsewhere(update: Update, chosen: list[Signature]) -> set[int]:
    """Signatures whose owners got these news already, as delegates or under another petition; one query."""
    if not update.digest_id:
        return set()
    by_key = {_keys(update, signature)[-1]: signature.pk for signature in chosen}
    had = Email.objects.filter(key__in=by_key).exclude(about=f"petition:{update.petition_id}")
    return {by_key[key] for key in had.values_list("key", flat=True)}


def _mail(
    update: Update, signature: Signature, language: str, context: Mapping[str, object], key: str, now: datetime
) -> None:
    unsubscribe = link(UNSUBSCRIBE, signature, language)
    queue_email(
        MAIL.name,
        to=signature.address,
        template="petitions/email/update",
        context=context,
        personal={
            "name": greetable(signature.name),
            "manage_url": link(MANAGE, signature, language),
            "unsubscribe_url": unsubscribe,
        },
        headers={"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        language=language,
        key=key,
        about=f"petition:{update.petition_id}",
        now=now,
    )


def _language_of(signature: Signature) -> str:
    """The language the person chose for mails, when the site speaks it."""
    return signature.language if signature.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@transaction.atomic
def _move(update_id: int, from_state: State, to: State, act: str, by: User, now: datetime, reason: str = "") -> Update:
    update = Update.objects.select_for_update(of=["self"]).select_related("petition").get(pk=update_id)
    if update.state != from_state:
        raise TransitionRefused(_("This update is “%s”: that step is not possible now.") % update.get_state_display())
    if to == State.PUBLISHED and update.was_written_by(by.pk):
        raise TransitionRefused(_("An update is published by somebody other than who wrote it."))
    if to != State.DRAFT and not update.texts.exists():
        raise TransitionRefused(_("Write the text in at least one language first."))
    if to == State.PUBLISHED and not Petition.objects.public().filter(pk=update.petition_id).exists():
        raise TransitionRefused(_("The petition is not public yet: publish it first."))
    was, update.state = update.state, to
    update.published_at = now if to == State.PUBLISHED else None
    update.save(update_fields=["state", "published_at"])
    audit.record(f"petitions.{act}", update, by=by, reason=reason, now=now, was=was, state=to)
    return update
